namespace Usage.Engine.Reporting;

/// <summary>How the tasks of a window ended, by whatever they are told apart by.</summary>
internal sealed class OutcomeReports(IReadOnlyList<OutcomeCell> cells, ReportWindow window, IReadOnlySet<Guid>? hiddenAgents)
{
    public UsageReport<DailyOutcomes> Daily => Report(OutcomeShapes.Daily(cells, window));

    public UsageReport<AgentOutcomes> Agents => Report(OutcomeShapes.Agents(cells, hiddenAgents));

    public UsageReport<RuntimeOutcomes> Runtimes => Report(OutcomeShapes.Runtimes(cells));

    private UsageReport<TRow> Report<TRow>(IReadOnlyList<TRow> rows) => new(rows, ReportSource.Raw, window.Zone, []) { Window = window };
}
