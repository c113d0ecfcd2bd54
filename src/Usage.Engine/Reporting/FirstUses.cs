using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Reporting;

/// <summary>Tasks whose first usage in a window is in a slot of its axis, by whom that is counted for.</summary>
internal readonly record struct FirstUseCell(int Slot, Guid? RuntimeId, Guid AgentId, Guid? ProjectId, long Tasks);

/// <summary>
/// Counts each task of a window once, in the slot of its first usage there. So the slots, and their parts by attribution, add up to the
/// distinct tasks of the window. Uses the task sets that drains keep per hour, and raw rows for the cut hours.
/// </summary>
internal static class FirstUses
{
    private const string SetsSql = $"""
        select b.bucket_hour, b.runtime_id, b.agent_id, b.project_id, b.task_ids
        from usage_rollup.hourly_tasks b
        where {ReportSql.HourFilter}
        """;

    private const string FrozenSql = $"""
        select width_bucket(b.bucket_hour, @slot_starts), b.runtime_id, b.agent_id, b.project_id, sum(b.task_count)::bigint
        from usage_rollup.hourly b
        where {ReportSql.BucketFilter}
        group by 1, 2, 3, 4
        """;

    private const string RowsSql = $"""
        select min(u.created_at), u.runtime_id, u.agent_id, i.project_id, u.task_id
        {ReportSql.FromUsageKeys}
        where {ReportSql.UsageFilter}
        group by 2, 3, 4, 5
        """;

    /// <summary>The tasks of a window.</summary>
    /// <param name="connection">A connection in the snapshot of the report.</param>
    /// <param name="scope">The scope of the report.</param>
    /// <param name="parts">The window.</param>
    /// <param name="plan">How the window is read.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
    public static async Task<IReadOnlyList<FirstUseCell>> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, WindowParts parts, ReportPlan plan, CancellationToken cancellationToken)
    {
        using FirstUseCount firsts = new([.. parts.SlotStarts]);
        IReadOnlyList<FirstUseCell> frozen = [];
        if (plan.Cut is { } cut && TaskSets.CanCount(scope))
        {
            await AddSetsAsync(connection, scope, cut, firsts, cancellationToken).ConfigureAwait(false);
        }
        else if (plan.FrozenBefore is { } end)
        {
            frozen = await FrozenUsesAsync(connection, scope, parts.FrozenOnly(end), cancellationToken).ConfigureAwait(false);
        }

        var ranges = plan.Cut is null ? [parts.Window] : plan.Cut.Cuts;
        if (ranges.Count > 0)
        {
            var rows = await RawRows.ChooseAsync(connection, scope, ranges, cancellationToken).ConfigureAwait(false);
            await AddRowsAsync(connection, scope, rows, firsts, cancellationToken).ConfigureAwait(false);
        }

        return [.. frozen, .. firsts.Cells()];
    }

    /// <summary>The tasks of frozen buckets, which sets don't have by provider and model: as many as the buckets add up to.</summary>
    private static async Task<IReadOnlyList<FirstUseCell>> FrozenUsesAsync(
        NpgsqlConnection connection, ReportScope scope, WindowParts frozen, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(FrozenSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddRange(frozen.Window);
        command.Parameters.AddWithValue("cut_hours", frozen.CutHours.ToArray());
        command.Parameters.AddWithValue("slot_starts", frozen.SlotStarts.ToArray());
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<FirstUseCell> cells = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cells.Add(new(reader.GetInt32(0), reader.GetNullableGuid(1), reader.GetGuid(2), reader.GetNullableGuid(3), reader.GetInt64(4)));
        }

        return cells;
    }

    private static async Task AddSetsAsync(
        NpgsqlConnection connection, ReportScope scope, WindowParts cut, FirstUseCount firsts, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(SetsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddRange(cut.Window);
        command.Parameters.AddWithValue("cut_hours", cut.CutHours.ToArray());
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        TaskSetReader ids = new(reader, ordinal: 4);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            firsts.Add(AttributionOf(reader), reader.GetFieldValue<Instant>(0), ids.Read());
        }
    }

    private static async Task AddRowsAsync(
        NpgsqlConnection connection, ReportScope scope, RawRows rows, FirstUseCount firsts, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(RowsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddRows(rows);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            firsts.Add(AttributionOf(reader), reader.GetFieldValue<Instant>(0), reader.GetGuid(4));
        }
    }

    private static FirstUseAttribution AttributionOf(NpgsqlDataReader reader) => new(reader.GetNullableGuid(1), reader.GetGuid(2), reader.GetNullableGuid(3));
}
