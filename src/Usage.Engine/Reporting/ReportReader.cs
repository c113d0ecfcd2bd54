using System.Data;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>Reads what reports are made from, each from the source that can answer it and in one snapshot.</summary>
internal sealed class ReportReader(
    NpgsqlDataSource database, ReportQueue queue, FreshDrains drains, RollupFreshness freshness,
    Func<CancellationToken, Task<CostEstimate>> prices, IOptions<UsageEngineOptions> options)
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
    /// <param name="countTasks">Whether rows merge models, so that their tasks must be counted apart.</param>
    /// <param name="cancellationToken">Ends the report.</param>
    /// <exception cref="ReportsBusyException">Too many reports are asked for at a time.</exception>
    public async Task<ReportCells> ReadWindowAsync(
        ReportScope scope, ReportAxis axis, ReportWindow window, ReportOptions? asked, bool countTasks,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        asked ??= ReportOptions.Default;
        scope = scope.SeenWithout(asked.HiddenAgents);
        var hidden = asked.HiddenAgents ?? new HashSet<Guid>();
        var mode = asked.Mode ?? options.Value.ReportMode;
        var parts = window.Start < window.End ? WindowParts.Of(window, axis) : null;
        if (parts is { HasWholeHours: false })
        {
            mode = ReportMode.Raw;
        }

        // Before its turn: a report that waits for a drain keeps no other from being read. A drain that did not end leaves the raw rows.
        if (asked.Fresh && mode != ReportMode.Raw && !await drains.DrainAsync(scope.WorkspaceId, cancellationToken))
        {
            mode = ReportMode.Raw;
        }

        using var turn = await queue.EnterAsync(cancellationToken);
        var costs = await prices(cancellationToken);
        if (parts is null)
        {
            return new([], mode == ReportMode.Raw ? ReportSource.Raw : ReportSource.Rollup, window, costs, Tasks: []);
        }

        // One snapshot for the choice of the source, the buckets, the cut hours and the count of tasks: a drain that commits between
        // two of them would move usage from one side to the other.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using NpgsqlCommand plan = new(PlanSql, connection);
        await plan.ExecuteNonQueryAsync(cancellationToken);
        var cut = mode switch
        {
            ReportMode.Raw => null,
            ReportMode.Rollup when !asked.Fresh => parts,
            _ => await freshness.CutAsync(connection, scope, parts, asked.Fresh, cancellationToken),
        };
        var cells = await ReadCellsAsync(connection, scope, axis, parts, cut, costs, cancellationToken);
        var source = cut is null ? ReportSource.Raw : ReportSource.Rollup;
        if (countTasks)
        {
            var tasks = await CountTasksAsync(connection, scope, axis, parts, cut, cancellationToken);
            return new(cells, source, window, costs, tasks) { HiddenAgents = hidden };
        }

        // A heatmap counts no tasks.
        if (axis != ReportAxis.WeekHour
            && await MixedSpellings.FindAsync(connection, scope, cut ?? parts, cells, cancellationToken) is { Count: > 0 } mixed)
        {
            cells = await TaskCounts.CorrectAsync(connection, scope, axis, parts, cells, mixed, cancellationToken);
        }

        return new(cells, source, window, costs, Tasks: []) { HiddenAgents = hidden };
    }

    private static async Task<IReadOnlyList<EntityTasks>> CountTasksAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, WindowParts? cut, CancellationToken cancellationToken)
    {
        if (cut is not null && TaskSets.CanCount(scope))
        {
            return await TaskSets.CountAsync(connection, scope, axis, cut, cancellationToken);
        }

        var rows = await RawRows.ChooseAsync(connection, scope, [parts.Window], cancellationToken);
        return await TaskCounts.CountAsync(connection, scope, axis, parts, rows, cancellationToken);
    }

    private static async Task<IReadOnlyList<UsageCell>> ReadCellsAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, WindowParts? cut, CostEstimate costs,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<UsageCell> buckets = cut is null
            ? []
            : await RollupCells.ReadAsync(connection, scope, axis, cut, costs, cancellationToken);
        IReadOnlyList<InstantRange> ranges = cut is null ? [parts.Window] : cut.Cuts;
        if (ranges.Count == 0)
        {
            return buckets;
        }

        var rows = await RawRows.ChooseAsync(connection, scope, ranges, cancellationToken);
        return [.. buckets, .. await RawCells.ReadAsync(connection, scope, axis, parts, rows, costs, cancellationToken)];
    }

    /// <summary>All cells of an issue's tasks, or of one task.</summary>
    public async Task<ReportCells> ReadTasksAsync(
        Guid workspaceId, Guid? issueId, Guid? taskId, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterAsync(cancellationToken);
        var costs = await prices(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var cells = await TaskCells.ReadAsync(connection, workspaceId, issueId, taskId, costs, cancellationToken);
        return new(cells, ReportSource.Raw, Window: null, costs, [new(null, cells.Select(cell => cell.EntityId).Distinct().Count())]);
    }

    /// <summary>The tasks that ended in a window.</summary>
    public async Task<IReadOnlyList<OutcomeCell>> ReadOutcomesAsync(
        ReportScope scope, ReportAxis axis, ReportWindow window, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterAsync(cancellationToken);
        if (window.Start == window.End)
        {
            return [];
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await OutcomeCells.ReadAsync(connection, scope, axis, window, cancellationToken);
    }

    /// <summary>All task starts on a runtime.</summary>
    public async Task<IReadOnlyList<HourActivity>> ReadStartsAsync(
        Guid workspaceId, Guid runtimeId, DateTimeZone zone, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(zone);
        using var turn = await queue.EnterAsync(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await TaskCells.ReadStartsAsync(connection, workspaceId, runtimeId, zone, cancellationToken);
    }
}
