namespace Usage.Engine.Reporting;

/// <summary>The source that a report may use.</summary>
public enum ReportMode
{
    /// <summary>
    /// The rollup if it is complete, except for hours that are stale or set aside, which are read from raw rows. If there are too
    /// many such hours, or they are unknown, everything is read from raw rows.
    /// </summary>
    Auto,

    /// <summary>The rollup, however stale, wherever it can answer the report.</summary>
    Rollup,

    /// <summary>The raw rows.</summary>
    Raw,
}
