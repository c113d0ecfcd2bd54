namespace Usage.Engine.Reporting;

/// <summary>The dimension that separates a report's rows, in addition to provider and model.</summary>
internal enum ReportAxis
{
    /// <summary>No further dimension.</summary>
    None,

    /// <summary>The local day.</summary>
    Day,

    /// <summary>The ISO week of the local day.</summary>
    Week,

    /// <summary>The month of the local day.</summary>
    Month,

    /// <summary>Each hour of the local clock in sequence.</summary>
    LocalHour,

    /// <summary>The hour of the local clock.</summary>
    Hour,

    /// <summary>The weekday and hour of the local clock: ISO weekday times 24, plus the hour.</summary>
    WeekHour,

    /// <summary>The task's runtime.</summary>
    Runtime,

    /// <summary>The agent.</summary>
    Agent,

    /// <summary>The project.</summary>
    Project,
}
