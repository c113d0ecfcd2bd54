using NodaTime;
using Npgsql;

namespace Usage.Engine.Rollup;

/// <summary>Reads <c>bucket_hour</c>.</summary>
internal static class HourColumn
{
    public static HourBucket GetHour(this NpgsqlDataReader reader, int ordinal) =>
        HourBucket.Containing(reader.GetFieldValue<Instant>(ordinal));
}
