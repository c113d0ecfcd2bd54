namespace Usage.Engine.Database;

/// <summary>
/// Hours in SQL. The migrations spell the same expressions out, because an applied script must not change; a test compares them.
/// </summary>
internal static class HourSql
{
    /// <summary>The UTC hour of the usage row <c>u</c>, whatever the session's time zone.</summary>
    public const string OfUsage = "date_bin('1 hour', u.created_at, timestamptz '2000-01-01 00:00:00+00')";

    /// <summary>Start of the rollup's range: 2000-01-01T00:00:00Z.</summary>
    public const string RangeStart = "timestamptz '2000-01-01 00:00:00+00'";

    /// <summary>End of the rollup's range, exclusive: 2101-01-01T00:00:00Z.</summary>
    public const string RangeEnd = "timestamptz '2101-01-01 00:00:00+00'";
}
