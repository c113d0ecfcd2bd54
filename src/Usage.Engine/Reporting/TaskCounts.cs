using NodaTime;
using Npgsql;
using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>
/// Counts tasks that adding up cells would count twice. A task has one usage row per stored provider and model, so sums over
/// hours are exact in a row that keeps both, unless a task has rows under several spellings of the provider.
/// </summary>
internal static class TaskCounts
{
    // Merged: over all models.
    private const string CountSql = $"""
        select case @axis
                   when 'slot' then width_bucket(u.created_at, @slot_starts)
                   when 'hour' then extract(hour from l.clock)::integer
                   else 0
               end as slot,
               {ReportSql.EntityOfUsage} as entity_id,
               case when @merged then '' else lower(u.provider collate "C") end as provider,
               case when @merged then '' else u.model end as model,
               count(distinct u.task_id)
        {ReportSql.FromUsageKeys}
        cross join lateral (
            {ReportSql.LocalClock}) l
        where {ReportSql.UsageFilter}
          and (@merged or (lower(u.provider collate "C"), u.model) in (
              select k.provider, k.model from unnest(@providers, @models) k (provider, model)))
        group by 1, 2, 3, 4
        """;

    /// <summary>Counts the tasks with usage in the window over all models, each once per entity of the axis.</summary>
    /// <param name="connection">The connection and transaction of the report.</param>
    /// <param name="scope">The scope of the report.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="parts">The window.</param>
    /// <param name="frozenBefore">End of the frozen hours of the window; null if there are none.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
    public static async Task<IReadOnlyList<EntityTasks>> CountAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, Instant? frozenBefore,
        CancellationToken cancellationToken)
    {
        var counts = await ReadAsync(connection, scope, axis, parts, frozenBefore, models: null, cancellationToken).ConfigureAwait(false);
        return [.. counts.Select(count => new EntityTasks(count.EntityId, count.Sum.TaskCount))];
    }

    /// <summary>Counts the tasks of usage rows in their entities.</summary>
    internal static async Task<IReadOnlyList<EntityTasks>> CountRowsAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, RawRows rows, CancellationToken cancellationToken)
    {
        var counts = await ReadRowsAsync(connection, scope, axis, parts, rows, models: null, cancellationToken).ConfigureAwait(false);
        return [.. counts.Select(count => new EntityTasks(count.EntityId, count.Sum.TaskCount))];
    }

    /// <summary>Recounts the tasks of some provider and model pairs, so that each counts once per row of the report.</summary>
    public static async Task<IReadOnlyList<UsageCell>> CorrectAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, Instant? frozenBefore, IReadOnlyList<UsageCell> cells,
        IReadOnlySet<(string Provider, string Model)> models, CancellationToken cancellationToken)
    {
        var counts = await ReadAsync(connection, scope, axis, parts, frozenBefore, [.. models], cancellationToken).ConfigureAwait(false);
        return
        [
            .. cells.Select(cell => models.Contains((cell.Provider, cell.Model))
                ? cell with { Sum = cell.Sum with { TaskCount = 0 } }
                : cell),
            .. counts,
        ];
    }

    private static async Task<IReadOnlyList<UsageCell>> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, Instant? frozenBefore,
        (string Provider, string Model)[]? models, CancellationToken cancellationToken)
    {
        IReadOnlyList<UsageCell> frozen = frozenBefore is { } end
            ? await ReadFrozenAsync(connection, scope, axis, parts.FrozenOnly(end), models, cancellationToken).ConfigureAwait(false)
            : [];
        var ranges = parts.Window.From(frozenBefore);
        if (ranges.Count == 0)
        {
            return frozen;
        }

        var rows = await RawRows.ChooseAsync(connection, scope, ranges, cancellationToken).ConfigureAwait(false);
        return [.. frozen, .. await ReadRowsAsync(connection, scope, axis, parts, rows, models, cancellationToken).ConfigureAwait(false)];
    }

    /// <summary>
    /// Adds up the tasks of frozen buckets: which ones they are can't be known any more, so a task with several models, spellings or hours counts
    /// several times.
    /// </summary>
    private static async Task<IReadOnlyList<UsageCell>> ReadFrozenAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts frozen, (string Provider, string Model)[]? models,
        CancellationToken cancellationToken) =>
    [
        .. from cell in await RollupCells.ReadAsync(connection, scope, axis, frozen, CostEstimate.None, cancellationToken).ConfigureAwait(false)
           where models is null || models.Contains((cell.Provider, cell.Model))
           select cell with { PricePeriod = 0, Sum = default(UsageSum) with { TaskCount = cell.Sum.TaskCount } },
    ];

    private static async Task<IReadOnlyList<UsageCell>> ReadRowsAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, RawRows rows,
        (string Provider, string Model)[]? models, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(CountSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddWithValue("axis", CellReader.NameOf(axis));
        command.Parameters.AddWithValue("slot_starts", parts.SlotStarts.ToArray());
        command.Parameters.AddOffsets(parts.Offsets);
        command.Parameters.AddRows(rows);
        command.Parameters.AddWithValue("merged", models is null);
        command.Parameters.AddWithValue("providers", Array.ConvertAll(models ?? [], one => one.Provider));
        command.Parameters.AddWithValue("models", Array.ConvertAll(models ?? [], one => one.Model));
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<UsageCell> counts = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            counts.Add(new(
                reader.GetInt32(0), await reader.IsDBNullAsync(1, cancellationToken).ConfigureAwait(false) ? null : reader.GetGuid(1), reader.GetString(2),
                reader.GetString(3), PricePeriod: 0, default(UsageSum) with { TaskCount = reader.GetInt64(4) }, Spelling: null));
        }

        return counts;
    }
}
