using NodaTime;
using Npgsql;
using Usage.Engine.Reporting;

namespace Usage.AspNetCore.Reports;

/// <summary>Reads the time zone that a user has chosen in the application.</summary>
internal sealed class ViewerZone(NpgsqlDataSource database)
{
    /// <summary>Uses to_jsonb because the column is optional.</summary>
    private const string ZoneSql = """
        select to_jsonb(u) ->> 'timezone' from public."user" u where u.id = @id
        """;

    /// <summary>The user's zone; UTC without a user, or without a valid choice.</summary>
    public async Task<DateTimeZone> OfAsync(Guid? viewer, CancellationToken cancellationToken) => viewer is { } id
        ? TimeZones.Resolve(null, await database.ReadValueAsync<string>(ZoneSql, new { id }, cancellationToken).ConfigureAwait(false))
        : DateTimeZone.Utc;
}
