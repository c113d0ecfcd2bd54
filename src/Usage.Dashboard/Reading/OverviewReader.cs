using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>A workspace's last 30 days.</summary>
internal sealed record WorkspaceDays(NamedWorkspace Workspace, Measures Total, Measures Before, IReadOnlyList<decimal> CostByDay);

/// <summary>All that the page of workspaces shows.</summary>
internal sealed record Overview(IReadOnlyList<WorkspaceDays> Workspaces, ReportWindow Window)
{
    public Measures Total => Workspaces.Aggregate(default(Measures), (sum, one) => sum + one.Total);
}

/// <summary>Reads the last 30 days of each workspace.</summary>
internal sealed class OverviewReader(IUsageReports reports, TimeProvider time)
{
    private const int AtOnce = 3;

    public async Task<Overview> ReadAsync(
        IReadOnlyList<NamedWorkspace> workspaces, DateTimeZone zone, CancellationToken cancellationToken)
    {
        var window = WindowChoice.Default.Resolve(Instant.FromDateTimeOffset(time.GetUtcNow()), zone);
        // Both windows in one report; the days between them are ignored.
        var before = ComparisonWindow.Of(window, Comparison.Previous)!;
        var both = ReportWindow.Between(before.From, window.To, zone);
        var days = new WorkspaceDays[workspaces.Count];
        await Parallel.ForAsync(
            0, workspaces.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (index, cancel) =>
            {
                var daily = await reports.WorkspaceDailyAsync(workspaces[index].Id, both, cancellationToken: cancel).ConfigureAwait(false);
                days[index] = Split(workspaces[index], daily.Rows, window, before);
            }).ConfigureAwait(false);
        return new([.. days.OrderByDescending(one => one.Total.Cost).ThenByDescending(one => one.Total.Tokens)], window);
    }

    private static WorkspaceDays Split(
        NamedWorkspace workspace, IReadOnlyList<DailyUsage> rows, ReportWindow window, ReportWindow before)
    {
        var now = rows.Where(row => row.Date >= window.From).ToArray();
        var cost = now.GroupBy(row => row.Date).ToDictionary(day => day.Key, day => day.Sum(row => row.CostUsd));
        return new(
            workspace, Measures.Sum(now), Measures.Sum(rows.Where(row => row.Date <= before.To)),
            [.. Enumerable.Range(0, TrendColumns.DayCount(window)).Select(day => cost.GetValueOrDefault(window.From.PlusDays(day)))]);
    }
}
