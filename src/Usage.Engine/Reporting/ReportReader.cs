using System.Data;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>Reads what reports are made from, each from the source that can answer it and in one snapshot.</summary>
internal sealed class ReportReader(
    NpgsqlDataSource database, FreshRollup rollup, Func<CancellationToken, Task<CostEstimate>> prices,
    IOptions<UsageEngineOptions> options)
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
    /// <param name="axis">What the rows are told apart by.</param>
    /// <param name="window">The local days.</param>
    /// <param name="asked">How to answer; null: as the engine is set.</param>
    /// <param name="countTasks">Whether a row merges models, so that its tasks must be counted from raw rows.</param>
    /// <param name="cancellationToken">Ends the report.</param>
    public async Task<ReportCells> ReadWindowAsync(
        ReportScope scope, ReportAxis axis, ReportWindow window, ReportOptions? asked, bool countTasks,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        asked ??= ReportOptions.Default;
        var mode = asked.Mode ?? options.Value.ReportMode;
        var costs = await prices(cancellationToken);
        var parts = window.Start < window.End ? WindowParts.Of(window, axis) : null;
        if (parts is { HasWholeHours: false })
        {
            mode = ReportMode.Raw;
        }

        bool? drained = asked.Fresh && mode != ReportMode.Raw ? await rollup.DrainAsync(scope.WorkspaceId, cancellationToken) : null;

        // One snapshot for the choice of the source, the buckets, the cut hours and the count of tasks: a drain that commits between
        // two of them would move usage from one side to the other.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using NpgsqlCommand plan = new(PlanSql, connection);
        await plan.ExecuteNonQueryAsync(cancellationToken);
        // Fresh is exact also where the rollup is the mode: a drain that was not enough leaves the raw rows.
        var fromRollup = (mode == ReportMode.Rollup && drained is null)
            || (mode != ReportMode.Raw && await rollup.CanAnswerAsync(connection, drained, cancellationToken));
        var source = fromRollup ? ReportSource.Rollup : ReportSource.Raw;
        if (parts is null)
        {
            return new([], source, window, costs, Tasks: 0);
        }

        IReadOnlyList<Span> spans = fromRollup ? parts.Cuts : [parts.Window];
        IReadOnlyList<UsageCell> buckets = fromRollup
            ? await RollupCells.ReadAsync(connection, scope, axis, parts, costs, cancellationToken)
            : [];
        IReadOnlyList<UsageCell> rows = spans.Count > 0
            ? await RawCells.ReadAsync(connection, scope, axis, parts, spans, costs, cancellationToken)
            : [];
        var tasks = countTasks ? await RawCells.CountTasksAsync(connection, scope, parts.Window, cancellationToken) : 0;
        return new([.. buckets, .. rows], source, window, costs, tasks);
    }

    /// <summary>All cells of an issue's tasks, or of one task.</summary>
    public async Task<ReportCells> ReadTasksAsync(
        Guid workspaceId, Guid? issueId, Guid? taskId, CancellationToken cancellationToken)
    {
        var costs = await prices(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var cells = await TaskCells.ReadAsync(connection, workspaceId, issueId, taskId, costs, cancellationToken);
        return new(cells, ReportSource.Raw, Window: null, costs, cells.Select(cell => cell.EntityId).Distinct().Count());
    }

    /// <summary>All task starts on a runtime.</summary>
    public async Task<IReadOnlyList<HourActivity>> ReadStartsAsync(
        Guid workspaceId, Guid runtimeId, DateTimeZone zone, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(zone);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await TaskCells.ReadStartsAsync(connection, workspaceId, runtimeId, zone, cancellationToken);
    }
}
