namespace Usage.Engine.Reporting;

/// <summary>The dimension that separates a report's rows, in addition to provider and model.</summary>
internal enum ReportAxis
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The local day.</summary>
    Day,

    /// <summary>The hour of the local clock.</summary>
    Hour,

    /// <summary>The weekday and hour of the local clock: ISO weekday times 24, and the hour.</summary>
    WeekHour,

    /// <summary>The agent.</summary>
    Agent,

    /// <summary>The project.</summary>
    Project,
}
