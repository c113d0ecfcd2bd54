namespace Usage.Engine.Reporting;

/// <summary>Options for reading a report.</summary>
/// <param name="Mode">The source; null uses <see cref="UsageEngineOptions.ReportMode"/>.</param>
/// <param name="Fresh">
/// Whether to include every committed change: drains what is pending for the workspace first, for at most 2 seconds, and reads
/// raw rows if that is not enough. Requests for one workspace share a drain.
/// </param>
public sealed record ReportOptions(ReportMode? Mode = null, bool Fresh = false)
{
    /// <summary>
    /// Agents that the viewer may not see; null if there are none. Rows by agent fold them into one, whose agent is null, and a filter by one of them
    /// finds nothing, as for an agent that does not exist; <see cref="ReportFilter.OtherAgents"/> finds all of them. All figures still count them.
    /// </summary>
    public IReadOnlySet<Guid>? HiddenAgents { get; init; }

    /// <summary>The engine's default source, without draining first.</summary>
    public static ReportOptions Default { get; } = new();
}
