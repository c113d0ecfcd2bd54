using System.Data;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Diagnostics;
using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>Reads what reports are made from, each from the source that can answer it and in one snapshot.</summary>
internal sealed class ReportReader(
    NpgsqlDataSource database, ReportQueue queue, FreshDrains drains, RollupFreshness freshness,
    Func<CancellationToken, Task<CostEstimate>> prices, WorkMeter meter, IOptions<UsageEngineOptions> options)
{
    // A report's groups are few, but the planner can't know: given the room it hashes them, else it sorts every row on disk.
    // Compiling such a statement takes longer than running it, and a plan for any parameters would keep all that these don't need. What a
    // report reads by an index is mostly in memory.
    private const string PlanSql = """
        select set_config('work_mem', '64MB', true),
               set_config('jit', 'off', true),
               set_config('plan_cache_mode', 'force_custom_plan', true),
               set_config('random_page_cost', '1.1', true)
        """;

    /// <summary>A window's cells.</summary>
    /// <param name="scope">Whose usage.</param>
    /// <param name="axis">The dimension that separates the rows, in addition to provider and model.</param>
    /// <param name="window">The local days.</param>
    /// <param name="asked">How to answer; null: as the engine is set.</param>
    /// <param name="countTasks">Whether a row merges models, so that its tasks must be counted from raw rows.</param>
    /// <param name="cancellationToken">Ends the report.</param>
    /// <exception cref="ReportsBusyException">Too many reports are asked for at a time.</exception>
    public Task<ReportCells> ReadWindowAsync(
        ReportScope scope, ReportAxis axis, ReportWindow window, ReportOptions? asked, bool countTasks,
        CancellationToken cancellationToken) =>
        meter.RunAsync(
            Report(countTasks ? "total" : NameOf(axis)),
            () => WindowAsync(scope, axis, window, asked, countTasks, cancellationToken), cells => SourceTag(cells.Source));

    /// <summary>All cells of an issue's tasks, or of one task.</summary>
    public Task<ReportCells> ReadTasksAsync(
        Guid workspaceId, Guid? issueId, Guid? taskId, CancellationToken cancellationToken) => meter.RunAsync(
        Report("tasks"), () => TasksAsync(workspaceId, issueId, taskId, cancellationToken), cells => SourceTag(cells.Source));

    /// <summary>All task starts on a runtime.</summary>
    public Task<IReadOnlyList<HourActivity>> ReadStartsAsync(
        Guid workspaceId, Guid runtimeId, DateTimeZone zone, CancellationToken cancellationToken) => meter.RunAsync(
        Report("activity"), () => StartsAsync(workspaceId, runtimeId, zone, cancellationToken), _ => SourceTag(ReportSource.Raw));

    private static KeyValuePair<string, object?> Report(string name) => new("usage.report", name);

    private static KeyValuePair<string, object?> SourceTag(ReportSource source) =>
        new("usage.source", source == ReportSource.Raw ? "raw" : "rollup");

    private static string NameOf(ReportAxis axis) => axis switch
    {
        ReportAxis.None => "summary",
        ReportAxis.Day => "daily",
        ReportAxis.Hour => "by_hour",
        ReportAxis.WeekHour => "heatmap",
        ReportAxis.Agent => "by_agent",
        ReportAxis.Project => "by_project",
        _ => "other",
    };

    private async Task<ReportCells> WindowAsync(
        ReportScope scope, ReportAxis axis, ReportWindow window, ReportOptions? asked, bool countTasks,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        asked ??= ReportOptions.Default;
        var mode = asked.Mode ?? options.Value.ReportMode;
        var parts = window.Start < window.End ? WindowParts.Of(window, axis) : null;
        if (parts is { HasWholeHours: false })
        {
            mode = ReportMode.Raw;
        }

        // Before its turn: a report that waits for a drain keeps no other from being read. A drain that did not end leaves the raw rows.
        if (asked.Fresh && mode != ReportMode.Raw && !await drains.DrainAsync(scope.WorkspaceId, cancellationToken).ConfigureAwait(false))
        {
            mode = ReportMode.Raw;
        }

        using var turn = await queue.EnterAsync(cancellationToken).ConfigureAwait(false);
        var costs = await prices(cancellationToken).ConfigureAwait(false);
        if (parts is null)
        {
            return new([], mode == ReportMode.Raw ? ReportSource.Raw : ReportSource.Rollup, window, costs, Tasks: 0);
        }

        // One snapshot for the choice of the source, the buckets, the cut hours and the count of tasks: a drain that commits between
        // two of them would move usage from one side to the other.
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var _transaction = transaction.ConfigureAwait(false);
        NpgsqlCommand plan = new(PlanSql, connection);
        await using var _plan = plan.ConfigureAwait(false);
        await plan.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        var cut = mode switch
        {
            ReportMode.Raw => null,
            ReportMode.Rollup when !asked.Fresh => parts,
            _ => await freshness.CutAsync(connection, scope, parts, asked.Fresh, cancellationToken).ConfigureAwait(false),
        };
        var cells = await ReadCellsAsync(connection, scope, axis, parts, cut, costs, cancellationToken).ConfigureAwait(false);
        var source = cut is null ? ReportSource.Raw : ReportSource.Rollup;
        if (countTasks)
        {
            var all = await RawRows.ChooseAsync(connection, scope, [parts.Window], cancellationToken).ConfigureAwait(false);
            return new(cells, source, window, costs, await TaskCounts.CountAsync(connection, scope, parts, all, cancellationToken).ConfigureAwait(false));
        }

        // A heatmap counts no tasks.
        if (axis != ReportAxis.WeekHour
            && await MixedSpellings.FindAsync(connection, scope, cut ?? parts, cells, cancellationToken).ConfigureAwait(false) is { Count: > 0 } mixed)
        {
            cells = await TaskCounts.CorrectAsync(connection, scope, axis, parts, cells, mixed, cancellationToken).ConfigureAwait(false);
        }

        return new(cells, source, window, costs, Tasks: 0);
    }

    private static async Task<IReadOnlyList<UsageCell>> ReadCellsAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, WindowParts? cut, CostEstimate costs,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<UsageCell> buckets = cut is null
            ? []
            : await RollupCells.ReadAsync(connection, scope, axis, cut, costs, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<InstantRange> ranges = cut is null ? [parts.Window] : cut.Cuts;
        if (ranges.Count == 0)
        {
            return buckets;
        }

        var rows = await RawRows.ChooseAsync(connection, scope, ranges, cancellationToken).ConfigureAwait(false);
        return [.. buckets, .. await RawCells.ReadAsync(connection, scope, axis, parts, rows, costs, cancellationToken).ConfigureAwait(false)];
    }

    private async Task<ReportCells> TasksAsync(
        Guid workspaceId, Guid? issueId, Guid? taskId, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterAsync(cancellationToken).ConfigureAwait(false);
        var costs = await prices(cancellationToken).ConfigureAwait(false);
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var cells = await TaskCells.ReadAsync(connection, workspaceId, issueId, taskId, costs, cancellationToken).ConfigureAwait(false);
        return new(cells, ReportSource.Raw, Window: null, costs, cells.Select(cell => cell.EntityId).Distinct().Count());
    }

    private async Task<IReadOnlyList<HourActivity>> StartsAsync(
        Guid workspaceId, Guid runtimeId, DateTimeZone zone, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(zone);
        using var turn = await queue.EnterAsync(cancellationToken).ConfigureAwait(false);
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        return await TaskCells.ReadStartsAsync(connection, workspaceId, runtimeId, zone, cancellationToken).ConfigureAwait(false);
    }
}
