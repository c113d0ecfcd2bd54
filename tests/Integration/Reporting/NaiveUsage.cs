using NodaTime;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Reporting;

/// <summary>A usage row with all dimensions of reports.</summary>
internal sealed record NaiveRow(
    Instant CreatedAt, Guid TaskId, Guid AgentId, Guid WorkspaceId, Guid? RuntimeId, Guid? IssueId, Guid? ProjectId,
    string Provider, string Model, long InputTokens, long OutputTokens, long CacheReadTokens, long CacheWriteTokens,
    long? CostUsdTicks);

/// <summary>Computes every report row by row, without window arithmetic, SQL or buckets.</summary>
internal sealed class NaiveUsage(IReadOnlyList<NaiveRow> rows)
{
    public IReadOnlyList<NaiveRow> Rows => rows;

    public static async Task<NaiveUsage> ReadAsync(TestDatabase database) => new(
        await database.QueryAsync<NaiveRow>(
            """
            select u.created_at, u.task_id, t.agent_id, a.workspace_id, t.runtime_id, t.issue_id, i.project_id,
                   lower(u.provider collate "C") as provider, u.model,
                   u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens, u.cost_usd_ticks
            from public.task_usage u
            join public.agent_task_queue t on t.id = u.task_id
            join public.agent a on a.id = t.agent_id
            left join public.issue i on i.id = t.issue_id
            where u.created_at >= '2000-01-01 00:00:00+00' and u.created_at < '2101-01-01 00:00:00+00'
            """));

    public NaiveUsage Where(Func<NaiveRow, bool> condition) => new([.. rows.Where(condition)]);

    public NaiveUsage In(ReportWindow window) => Where(row =>
        row.CreatedAt.InZone(window.Zone).Date is var date && date >= window.From && date <= window.To);

    public NaiveUsage Through(ReportFilter filter) => Where(row =>
        (filter.ProjectId is null || row.ProjectId == filter.ProjectId)
        && (!filter.WithoutProject || row.ProjectId is null)
        && (filter.AgentId is null || row.AgentId == filter.AgentId)
        && (filter.RuntimeId is null || row.RuntimeId == filter.RuntimeId)
        && (!filter.WithoutRuntime || row.RuntimeId is null)
        && (filter.Provider is null || row.Provider.Equals(filter.Provider, StringComparison.OrdinalIgnoreCase))
        && (filter.Model is null || row.Model == filter.Model));

    public IReadOnlyList<TRow> By<TKey, TRow>(Func<NaiveRow, TKey> key, Func<TKey, long, UsageFigures, TRow> make) =>
        [.. rows.GroupBy(key).Select(group => make(group.Key, group.Select(row => row.TaskId).Distinct().Count(), Figures(group)))];

    /// <summary>The tasks by the slot of their first row.</summary>
    public IEnumerable<(TSlot Slot, Guid? RuntimeId, Guid AgentId, Guid? ProjectId, long Tasks)> FirstUses<TSlot>(Func<NaiveRow, TSlot> slot) =>
        from task in rows.GroupBy(row => row.TaskId)
        let first = task.MinBy(row => row.CreatedAt)
        group task by (Slot: slot(first), first.RuntimeId, first.AgentId, first.ProjectId) into one
        select (one.Key.Slot, one.Key.RuntimeId, one.Key.AgentId, one.Key.ProjectId, (long)one.Count());

    public TotalUsage Total() => new(rows.Select(row => row.TaskId).Distinct().Count(), Figures(rows));

    private static UsageFigures Figures(IEnumerable<NaiveRow> group)
    {
        NaiveRow[] all = [.. group];
        NaiveRow[] uncosted = [.. all.Where(row => row.CostUsdTicks is null)];
        var estimate = uncosted.Sum(row => Prices.Ticks(
            row.Model, row.CreatedAt.InUtc().Date,
            new(row.InputTokens, row.OutputTokens, row.CacheReadTokens, row.CacheWriteTokens)) ?? 0);
        var ticks = all.Sum(row => row.CostUsdTicks ?? 0);
        return new(
            all.Sum(row => row.InputTokens), all.Sum(row => row.OutputTokens),
            all.Sum(row => row.CacheReadTokens), all.Sum(row => row.CacheWriteTokens), ticks,
            uncosted.Sum(row => row.InputTokens), uncosted.Sum(row => row.OutputTokens),
            uncosted.Sum(row => row.CacheReadTokens), uncosted.Sum(row => row.CacheWriteTokens), all.Length,
            Math.Round(ticks + estimate, MidpointRounding.ToEven) / 10_000_000_000m);
    }
}
