using Usage.Engine.Standby;

namespace Usage.Engine.Reporting;

/// <summary>How the tasks of a window ended, in three reports. Each adds up to the same tasks.</summary>
/// <param name="Daily">By local day, newest first. Days on which no task ended have no row.</param>
/// <param name="Agents">By agent. Tasks of agents that the viewer may not see are one row, the last.</param>
/// <param name="Runtimes">By runtime. Tasks without a runtime are the last row.</param>
public sealed record OutcomeReports(
    UsageReport<DailyOutcomes> Daily, UsageReport<AgentOutcomes> Agents, UsageReport<RuntimeOutcomes> Runtimes)
{
    internal static OutcomeReports Of(IReadOnlyList<OutcomeCell> cells, ReportWindow window, IReadOnlySet<Guid>? hiddenAgents, ReportServer server)
    {
        UsageReport<TRow> Report<TRow>(IReadOnlyList<TRow> rows) => new(rows, ReportSource.Raw, window.Zone, []) { Window = window, Server = server };

        return new(
            Report(OutcomeShapes.Daily(cells, window)), Report(OutcomeShapes.Agents(cells, hiddenAgents)), Report(OutcomeShapes.Runtimes(cells)));
    }
}
