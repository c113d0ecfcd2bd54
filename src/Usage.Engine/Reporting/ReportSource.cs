namespace Usage.Engine.Reporting;

/// <summary>The source that a report used.</summary>
public enum ReportSource
{
    /// <summary>Buckets of the hourly rollup, and raw rows for hours that are stale or in which a day begins.</summary>
    Rollup,

    /// <summary>Raw rows only.</summary>
    Raw,
}
