using System.Data;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Standby;

namespace Usage.Engine.Reporting;

/// <summary>Opens the one snapshot that a report is read in, and decides in it what the rollup can answer.</summary>
internal sealed class ReportSnapshot(
    ReportDatabase database, FreshDrains drains, RollupFreshness freshness, IOptions<UsageEngineOptions> options)
{
    // A report's groups are few, but the planner can't know: given the room it hashes them, else it sorts every row on disk.
    // Compiling such a statement takes longer than running it, and a plan for any parameters would keep all that these don't need. What a
    // report reads is mostly in memory: at the usual price of pages, the planner prefers the index by hour, which visits every workspace.
    internal const string PlanSql = """
        select set_config('work_mem', '64MB', true),
               set_config('jit', 'off', true),
               set_config('plan_cache_mode', 'force_custom_plan', true),
               set_config('random_page_cost', '0.1', true) || set_config('seq_page_cost', '0.1', true),
               (select c.frozen_before from usage_rollup.control c)
        """;

    /// <summary>
    /// Where a report may come from, after the drain that a fresh one begins with, and after the standby has what that drain committed.
    /// </summary>
    /// <param name="scope">The scope of the report.</param>
    /// <param name="parts">The window; null for one that is empty.</param>
    /// <param name="asked">How to answer.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<(ReportMode Mode, ReadPoint Point)> ModeAsync(
        ReportScope scope, WindowParts? parts, ReportOptions asked, CancellationToken cancellationToken)
    {
        var mode = await DrainedModeAsync(scope, parts, asked, cancellationToken).ConfigureAwait(false);
        return (mode, await PointAsync(asked, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What a report's server must have, where nothing is drained for it.</summary>
    public Task<ReadPoint> PointAsync(ReportOptions asked, CancellationToken cancellationToken) => database.PointAsync(asked.Fresh, cancellationToken);

    private async Task<ReportMode> DrainedModeAsync(
        ReportScope scope, WindowParts? parts, ReportOptions asked, CancellationToken cancellationToken)
    {
        var mode = parts is { HasWholeHours: false } ? ReportMode.Raw : asked.Mode ?? options.Value.ReportMode;

        // A drain that did not end leaves the raw rows.
        return asked.Fresh && mode != ReportMode.Raw && !await drains.DrainAsync(scope.WorkspaceId, cancellationToken).ConfigureAwait(false)
            ? ReportMode.Raw
            : mode;
    }

    /// <summary>Reads in one snapshot: a drain that commits between two statements would move usage from one to the other.</summary>
    /// <param name="scope">The scope of the report.</param>
    /// <param name="parts">The window.</param>
    /// <param name="mode">Where it may come from.</param>
    /// <param name="point">What its server must have.</param>
    /// <param name="fresh">Whether every change that is committed must be in it.</param>
    /// <param name="read">Reads what the plan says.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
    public Task<(T Result, ReportServer Server)> ReadAsync<T>(
        ReportScope scope, WindowParts parts, ReportMode mode, ReadPoint point, bool fresh, Func<NpgsqlConnection, ReportPlan, Task<T>> read,
        CancellationToken cancellationToken) =>
        database.ReadAsync(point, connection => ReadAsync(connection, scope, parts, mode, fresh, read, cancellationToken), cancellationToken);

    private async Task<T> ReadAsync<T>(
        NpgsqlConnection connection, ReportScope scope, WindowParts parts, ReportMode mode, bool fresh,
        Func<NpgsqlConnection, ReportPlan, Task<T>> read, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var _transaction = transaction.ConfigureAwait(false);
        NpgsqlCommand plan = new(PlanSql, connection);
        await using var _plan = plan.ConfigureAwait(false);
        var frozenBefore = await FrozenBeforeAsync(plan, cancellationToken).ConfigureAwait(false);
        var cut = mode switch
        {
            ReportMode.Raw => null,
            ReportMode.Rollup when !fresh => parts,
            _ => await freshness.CutAsync(connection, scope, parts, fresh, cancellationToken).ConfigureAwait(false),
        };
        return await read(connection, ReportPlan.Of(parts, cut, frozenBefore)).ConfigureAwait(false);
    }

    private static async Task<Instant?> FrozenBeforeAsync(NpgsqlCommand plan, CancellationToken cancellationToken)
    {
        var reader = await plan.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return reader.GetNullableInstant(4);
    }
}
