using System.Data;
using Dapper;
using NodaTime;

namespace Usage.Tests.Integration.Databases;

/// <summary>Lets Dapper take instants; Npgsql does the work.</summary>
internal sealed class InstantHandler : SqlMapper.TypeHandler<Instant>
{
    public static void Register()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new InstantHandler());
    }

    public override void SetValue(IDbDataParameter parameter, Instant value) => parameter.Value = value;

    public override Instant Parse(object value) => (Instant)value;
}
