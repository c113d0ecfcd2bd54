using NodaTime;
using Npgsql;
using Usage.Engine.Pricing;
using Usage.Engine.Standby;

namespace Usage.Engine.Reporting;

/// <summary>Reads the cells of reports, each after waiting in the queue, and from the source that can answer it.</summary>
internal sealed class ReportReader(
    ReportDatabase database, ReportQueue queue, ReportSnapshot snapshot, SnapshotSharing sharing,
    Func<NpgsqlConnection, CancellationToken, Task<CostEstimate>> prices, ReportMeter meter)
{
    /// <summary>Reads the cells of a window.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="filter">The filter; null for all usage.</param>
    /// <param name="axis">The dimension that separates the rows, in addition to provider and model.</param>
    /// <param name="window">The local days.</param>
    /// <param name="asked">Options; null uses the engine's settings.</param>
    /// <param name="countTasks">Whether rows merge models, so that tasks must be counted separately.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
    /// <exception cref="ReportsBusyException">Too many concurrent reports.</exception>
    public Task<ReportCells> ReadWindowAsync(
        Guid workspaceId, ReportFilter? filter, ReportAxis axis, ReportWindow window, ReportOptions? asked, bool countTasks,
        CancellationToken cancellationToken) => meter.RunAsync(
        axis == ReportAxis.None && countTasks ? "total" : ReportMeter.NameOf(axis),
        () => WindowAsync(workspaceId, filter, axis, window, asked, countTasks, cancellationToken), cells => cells.Source);

    private async Task<ReportCells> WindowAsync(
        Guid workspaceId, ReportFilter? filter, ReportAxis axis, ReportWindow window, ReportOptions? asked, bool countTasks,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        asked ??= ReportOptions.Default;
        var scope = ReportScope.Of(workspaceId, filter, asked.HiddenAgents);
        var hidden = asked.HiddenAgents ?? new HashSet<Guid>();
        var parts = PartsOf(window, axis);

        // Before entering the queue: a report that waits for a drain must not block others.
        var (mode, point) = await snapshot.ModeAsync(scope, parts, asked, cancellationToken).ConfigureAwait(false);
        using var turn = await queue.EnterAsync(cancellationToken).ConfigureAwait(false);
        if (parts is null)
        {
            return new([], SourceOf(mode), window, CostEstimate.None, Tasks: []);
        }

        var (read, server) = await snapshot.ReadAsync(
            scope, parts, mode, point, asked.Fresh,
            async (connection, plan) => await CellsAsync(connection, plan).ConfigureAwait(false) with { FrozenBefore = plan.FrozenBefore },
            cancellationToken).ConfigureAwait(false);
        return read with { HiddenAgents = hidden, Server = server };

        async Task<ReportCells> CellsAsync(NpgsqlConnection connection, ReportPlan plan)
        {
            var (cut, source) = (plan.Cut, plan.Source);
            var costs = await prices(connection, cancellationToken).ConfigureAwait(false);
            if (countTasks)
            {
                var (summed, tasks) = await sharing.BothAsync(
                    connection, parts, on => ReadCellsAsync(on, scope, axis, parts, cut, costs, cancellationToken),
                    on => CountTasksAsync(on, scope, axis, parts, plan, cancellationToken), cancellationToken).ConfigureAwait(false);
                return new(summed, source, window, costs, tasks);
            }

            var cells = await ReadCellsAsync(connection, scope, axis, parts, cut, costs, cancellationToken).ConfigureAwait(false);

            // A heatmap doesn't count tasks.
            return axis != ReportAxis.WeekHour
                && await MixedSpellings.FindAsync(connection, scope, cut ?? parts, cells, cancellationToken).ConfigureAwait(false)
                    is { Count: > 0 } mixed
                ? new(
                    await TaskCounts.CorrectAsync(connection, scope, axis, parts, plan.FrozenBefore, cells, mixed, cancellationToken).ConfigureAwait(false),
                    source, window, costs, Tasks: [])
                : new(cells, source, window, costs, Tasks: []);
        }
    }

    /// <summary>The tasks with usage in a window, each once: where its first usage in the window is.</summary>
    /// <param name="workspaceId">Whose tasks.</param>
    /// <param name="filter">The filter; null for all usage.</param>
    /// <param name="axis">What divides the window.</param>
    /// <param name="window">The local days.</param>
    /// <param name="asked">Options; null uses the engine's settings.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
    public Task<FirstUseCells> ReadFirstUsesAsync(
        Guid workspaceId, ReportFilter? filter, ReportAxis axis, ReportWindow window, ReportOptions? asked,
        CancellationToken cancellationToken) => meter.RunAsync(
        "first_uses", () => FirstUsesAsync(workspaceId, filter, axis, window, asked, cancellationToken), uses => uses.Source);

    private async Task<FirstUseCells> FirstUsesAsync(
        Guid workspaceId, ReportFilter? filter, ReportAxis axis, ReportWindow window, ReportOptions? asked,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        asked ??= ReportOptions.Default;
        var scope = ReportScope.Of(workspaceId, filter, asked.HiddenAgents);
        var parts = PartsOf(window, axis);
        var (mode, point) = TaskSets.CanCount(scope)
            ? await snapshot.ModeAsync(scope, parts, asked, cancellationToken).ConfigureAwait(false)
            : (ReportMode.Raw, await snapshot.PointAsync(asked, cancellationToken).ConfigureAwait(false));
        using var turn = await queue.EnterAsync(cancellationToken).ConfigureAwait(false);
        if (parts is null)
        {
            return new([], SourceOf(mode), FrozenBefore: null);
        }

        var (read, server) = await snapshot.ReadAsync(
            scope, parts, mode, point, asked.Fresh,
            async (connection, plan) => new FirstUseCells(
                await FirstUses.ReadAsync(connection, scope, parts, plan, cancellationToken).ConfigureAwait(false), plan.Source, plan.FrozenBefore),
            cancellationToken).ConfigureAwait(false);
        return read with { Server = server };
    }

    /// <summary>Reads all cells of an issue's tasks, or of one task.</summary>
    public Task<ReportCells> ReadTasksAsync(Guid workspaceId, Guid? issueId, Guid? taskId, CancellationToken cancellationToken) =>
        meter.RunAsync("tasks", () => TasksAsync(workspaceId, issueId, taskId, cancellationToken), cells => cells.Source);

    private async Task<ReportCells> TasksAsync(
        Guid workspaceId, Guid? issueId, Guid? taskId, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterAsync(cancellationToken).ConfigureAwait(false);
        var ((cells, costs), server) = await database.ReadAsync(
            ReadPoint.Any,
            async connection =>
            {
                var costs = await prices(connection, cancellationToken).ConfigureAwait(false);
                return (await TaskCells.ReadAsync(connection, workspaceId, issueId, taskId, costs, cancellationToken).ConfigureAwait(false), costs);
            },
            cancellationToken).ConfigureAwait(false);
        return new(cells, ReportSource.Raw, Window: null, costs, [new(null, cells.Select(cell => cell.EntityId).Distinct().Count())]) { Server = server };
    }

    /// <summary>The tasks that ended in a window.</summary>
    public Task<(IReadOnlyList<OutcomeCell> Cells, ReportServer Server)> ReadOutcomesAsync(
        ReportScope scope, ReportWindow window, ReportOptions? asked, CancellationToken cancellationToken) =>
        meter.RunAsync(
            "outcomes", () => OutcomesAsync(scope, window, asked ?? ReportOptions.Default, cancellationToken), _ => ReportSource.Raw);

    private async Task<(IReadOnlyList<OutcomeCell> Cells, ReportServer Server)> OutcomesAsync(
        ReportScope scope, ReportWindow window, ReportOptions asked, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        var point = await snapshot.PointAsync(asked, cancellationToken).ConfigureAwait(false);
        using var turn = await queue.EnterAsync(cancellationToken).ConfigureAwait(false);
        if (window.Start == window.End)
        {
            return ([], ReportServer.Primary);
        }

        return await database.ReadAsync(
            point, connection => OutcomeCells.ReadAsync(connection, scope, window, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads all task starts on a runtime.</summary>
    public Task<(IReadOnlyList<HourActivity> Hours, ReportServer Server)> ReadStartsAsync(
        Guid workspaceId, Guid runtimeId, DateTimeZone zone, CancellationToken cancellationToken) =>
        meter.RunAsync("activity", () => StartsAsync(workspaceId, runtimeId, zone, cancellationToken), _ => ReportSource.Raw);

    private async Task<(IReadOnlyList<HourActivity> Hours, ReportServer Server)> StartsAsync(
        Guid workspaceId, Guid runtimeId, DateTimeZone zone, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(zone);
        using var turn = await queue.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await database.ReadAsync(
            ReadPoint.Any, connection => TaskCells.ReadStartsAsync(connection, workspaceId, runtimeId, zone, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private static WindowParts? PartsOf(ReportWindow window, ReportAxis axis) =>
        window.Start < window.End ? WindowParts.Of(window, axis) : null;

    private static ReportSource SourceOf(ReportMode mode) => mode == ReportMode.Raw ? ReportSource.Raw : ReportSource.Rollup;

    private static async Task<IReadOnlyList<EntityTasks>> CountTasksAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, ReportPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Cut is { } cut && TaskSets.CanCount(scope))
        {
            return await TaskSets.CountAsync(connection, scope, axis, cut, cancellationToken).ConfigureAwait(false);
        }

        return await TaskCounts.CountAsync(connection, scope, axis, parts, plan.FrozenBefore, cancellationToken).ConfigureAwait(false);
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
}
