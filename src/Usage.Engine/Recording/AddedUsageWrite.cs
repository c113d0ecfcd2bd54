using System.Globalization;
using Npgsql;

namespace Usage.Engine.Recording;

/// <summary>
/// What writes usage that adds to a task's rows. The key and the figures are one statement, so either both are stored or neither.
/// Rows under other spellings of the provider stay as they are: they are counted with the one that is added to.
/// </summary>
internal static class AddedUsageWrite
{
    private const string Begin = "begin isolation level read committed";

    private const string Commit = "commit";

    /// <summary>A sum that is refused must not end the caller's transaction.</summary>
    private const string Savepoint = "savepoint usage_added";

    private const string ReleaseSavepoint = "release savepoint usage_added";

    private const string RollBackToSavepoint = "rollback to savepoint usage_added; release savepoint usage_added";

    /// <summary>
    /// The insert of the key waits for another that has the same key and is not committed. If that one commits, nothing is added.
    /// </summary>
    private const string Add = """
        with added as (
            insert into usage_rollup.added_usage (task_id, key)
            values (@task_id, @key)
            on conflict do nothing
            returning task_id)
        insert into public.task_usage as u (
            id, task_id, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
            cost_usd_ticks, created_at, updated_at)
        select gen_random_uuid(), a.task_id, e.provider, e.model, e.input_tokens, e.output_tokens, e.cache_read_tokens,
               e.cache_write_tokens, e.cost_usd_ticks, coalesce(e.created_at, statement_timestamp()), statement_timestamp()
        from added a
        cross join unnest(
            @providers, @models, @input_tokens, @output_tokens, @cache_read_tokens, @cache_write_tokens, @costs, @created_at)
            e (provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks, created_at)
        order by e.provider collate "C", e.model collate "C"
        on conflict (task_id, provider, model) do update
        set input_tokens       = usage_rollup.checked_sum('input_tokens', u.input_tokens, excluded.input_tokens, @max_count),
            output_tokens      = usage_rollup.checked_sum('output_tokens', u.output_tokens, excluded.output_tokens, @max_count),
            cache_read_tokens  = usage_rollup.checked_sum('cache_read_tokens', u.cache_read_tokens, excluded.cache_read_tokens, @max_count),
            cache_write_tokens = usage_rollup.checked_sum('cache_write_tokens', u.cache_write_tokens, excluded.cache_write_tokens, @max_count),
            cost_usd_ticks     = usage_rollup.checked_sum('cost_usd_ticks', u.cost_usd_ticks, excluded.cost_usd_ticks, @max_cost),
            updated_at         = excluded.updated_at
        """;

    /// <summary>Adds a checked report once.</summary>
    /// <returns>Whether it was added; false: the key was there already. Or the sum that would be too large.</returns>
    public static async Task<(bool IsAdded, UsageProblem? Refused)> RunAsync(
        RecordingPlace place, Guid taskId, string key, UsageEntry[] report, CancellationToken cancellationToken)
    {
        NpgsqlBatch batch = new(place.Connection, place.Transaction);
        await using var _batch = batch.ConfigureAwait(false);
        NpgsqlBatchCommand add = new(Add)
        {
            Parameters =
            {
                new("task_id", taskId),
                new("key", key),
                new("providers", Array.ConvertAll(report, entry => entry.Provider!)),
                new("models", Array.ConvertAll(report, entry => entry.Model!)),
                new("input_tokens", Array.ConvertAll(report, entry => entry.InputTokens)),
                new("output_tokens", Array.ConvertAll(report, entry => entry.OutputTokens)),
                new("cache_read_tokens", Array.ConvertAll(report, entry => entry.CacheReadTokens)),
                new("cache_write_tokens", Array.ConvertAll(report, entry => entry.CacheWriteTokens)),
                new("costs", Array.ConvertAll(report, entry => entry.CostUsdTicks)),
                new("created_at", Array.ConvertAll(report, entry => entry.CreatedAt?.ToDateTimeUtc())),
                new("max_count", UsageEntryValidator.MaxCount),
                new("max_cost", UsageEntryValidator.MaxCostTicks),
            },
        };
        batch.BatchCommands.Add(new(place.IsOfTheCaller ? Savepoint : Begin));
        batch.BatchCommands.Add(add);
        batch.BatchCommands.Add(new(place.IsOfTheCaller ? ReleaseSavepoint : Commit));
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return (add.RecordsAffected > 0, null);
        }
        catch (PostgresException failure) when (
            failure is { SqlState: PostgresErrorCodes.NumericValueOutOfRange, ColumnName: { } field, Detail: { } sum })
        {
            if (place.IsOfTheCaller)
            {
                NpgsqlCommand undo = new(RollBackToSavepoint, place.Connection, place.Transaction);
                await using var _undo = undo.ConfigureAwait(false);
                await undo.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            return (false, TooLarge(field, sum));
        }
    }

    private static UsageProblem TooLarge(string field, string sum)
    {
        var bound = field == "cost_usd_ticks" ? UsageEntryValidator.MaxCostTicks : UsageEntryValidator.MaxCount;
        return new(null, field, sum, $"must be at most {bound.ToString(CultureInfo.InvariantCulture)} in all that is added to the task");
    }
}
