using NodaTime;
using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>The data from which a report's rows are computed.</summary>
/// <param name="Cells">The cells, unordered. A cell may occur twice, from the rollup and from raw rows.</param>
/// <param name="Source">Their source.</param>
/// <param name="Window">
/// The window to which the slots of <see cref="ReportAxis.Day"/> refer; null in a report over all time.
/// </param>
/// <param name="Costs">The prices.</param>
/// <param name="Tasks">The distinct tasks over all models, by entity, where rows need that.</param>
internal sealed record ReportCells(
    IReadOnlyList<UsageCell> Cells, ReportSource Source, ReportWindow? Window, CostEstimate Costs, IReadOnlyList<EntityTasks> Tasks)
{
    /// <summary>Hours of the window before it come from buckets alone; null if there are none.</summary>
    public Instant? FrozenBefore { get; init; }

    /// <summary>The agents that the viewer may not see.</summary>
    public IReadOnlySet<Guid> HiddenAgents { get; init; } = new HashSet<Guid>();

    /// <summary>The agent as the viewer may see it: null stands for all that are hidden.</summary>
    public Guid? Seen(Guid? agentId) => agentId is { } id && HiddenAgents.Contains(id) ? null : agentId;

    public DateTimeZone? Zone => Window?.Zone;
}
