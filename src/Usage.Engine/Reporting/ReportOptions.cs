namespace Usage.Engine.Reporting;

/// <summary>Where a report may come from.</summary>
public enum ReportMode
{
    /// <summary>
    /// The rollup when it is complete, without the hours that are stale or set aside for the report; those, and everything when they are many
    /// or not known, from the raw rows.
    /// </summary>
    Auto,

    /// <summary>The rollup, however old, wherever it has what the report needs.</summary>
    Rollup,

    /// <summary>The raw rows.</summary>
    Raw,
}

/// <summary>Where a report did come from.</summary>
public enum ReportSource
{
    /// <summary>Buckets of the hourly rollup, and raw rows of the hours that a day begins inside or that are stale.</summary>
    Rollup,

    /// <summary>The raw rows alone.</summary>
    Raw,
}

/// <summary>How a report is answered.</summary>
/// <param name="Mode">Where it may come from; null: as <see cref="UsageEngineOptions.ReportMode"/> says.</param>
/// <param name="Fresh">
/// Exact now: drains what is pending for the workspace first, for at most 2 seconds, and answers from the raw rows if that was
/// not enough. Requests for one workspace share a drain.
/// </param>
public sealed record ReportOptions(ReportMode? Mode = null, bool Fresh = false)
{
    /// <summary>
    /// Agents that the viewer may not see; null: none. Rows by agent fold them into one, whose agent is null, and a filter by one of them
    /// finds nothing, as for an agent that does not exist; <see cref="ReportFilter.OtherAgents"/> finds all of them. All figures still count them.
    /// </summary>
    public IReadOnlySet<Guid>? HiddenAgents { get; init; }

    /// <summary>The engine's mode, not drained first.</summary>
    public static ReportOptions Default { get; } = new();
}
