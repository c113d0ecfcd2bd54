using Npgsql;

namespace Usage.Engine.Recording;

/// <summary>
/// The batch that writes a validated report. When a statement fails, the server skips the rest. Unless the caller owns the
/// transaction, the batch contains begin and commit; if it fails in between, the pool rolls back when the connection is returned.
/// </summary>
internal static class UsageRowWrite
{
    /// <summary>Whatever the database's default: a report that waited for another must see what that one wrote.</summary>
    private const string Begin = "begin isolation level read committed";

    private const string Commit = "commit";

    /// <summary>
    /// If only other spellings are stored, the oldest becomes the normalised row and keeps its id and time. The normalised row is
    /// never removed afterwards, so a report that loses a race for it succeeds on its retry.
    /// </summary>
    private const string NormalizeOldestSpelling = """
        update public.task_usage u
        set provider = o.normalized
        from (
            select distinct on (e.provider, e.model) s.id, e.provider as normalized
            from unnest(@providers, @models) e (provider, model)
            join public.task_usage s
              on s.task_id = @task_id
             and s.model = e.model
             and lower(btrim(s.provider, e' \t\n\x0b\f\r') collate "C") = e.provider
            where not exists (
                select from public.task_usage n
                where n.task_id = @task_id and n.provider = e.provider and n.model = e.model)
            order by e.provider, e.model, s.created_at, s.id) o
        where u.id = o.id
          and u.provider <> o.normalized
        """;

    /// <summary>
    /// After the upsert, the normalised row holds the report's figures; rows under other spellings would count twice.
    /// </summary>
    private const string DeleteOtherSpellings = """
        delete from public.task_usage u
        using unnest(@providers, @models) e (provider, model)
        where u.task_id = @task_id
          and u.model = e.model
          and u.provider <> e.provider
          and lower(btrim(u.provider, e' \t\n\x0b\f\r') collate "C") = e.provider
        """;

    /// <summary>Rows are locked in key order, so that two reports of a task can't deadlock.</summary>
    public const string Upsert = """
        insert into public.task_usage as u (
            id, task_id, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
            cost_usd_ticks, created_at, updated_at)
        select gen_random_uuid(), @task_id, e.provider, e.model, e.input_tokens, e.output_tokens, e.cache_read_tokens,
               e.cache_write_tokens, e.cost_usd_ticks, coalesce(e.created_at, statement_timestamp()), statement_timestamp()
        from unnest(
            @providers, @models, @input_tokens, @output_tokens, @cache_read_tokens, @cache_write_tokens, @costs, @created_at)
            e (provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks, created_at)
        order by e.provider collate "C", e.model collate "C"
        on conflict (task_id, provider, model) do update
        set input_tokens       = excluded.input_tokens,
            output_tokens      = excluded.output_tokens,
            cache_read_tokens  = excluded.cache_read_tokens,
            cache_write_tokens = excluded.cache_write_tokens,
            cost_usd_ticks     = excluded.cost_usd_ticks,
            updated_at         = excluded.updated_at
        """;

    /// <param name="place">The connection and transaction.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="report">Normalised, valid entries.</param>
    /// <param name="hasOtherSpellings">Whether rows of the task have a provider that is not normalised.</param>
    public static NpgsqlBatch Create(RecordingPlace place, Guid taskId, UsageEntry[] report, bool hasOtherSpellings)
    {
        var providers = Array.ConvertAll(report, entry => entry.Provider!);
        var models = Array.ConvertAll(report, entry => entry.Model!);
        var batch = new NpgsqlBatch(place.Connection, place.Transaction);
        if (!place.IsOfTheCaller)
        {
            batch.BatchCommands.Add(new(Begin));
        }

        if (hasOtherSpellings)
        {
            batch.BatchCommands.Add(Keyed(NormalizeOldestSpelling));
        }

        var upsert = Keyed(Upsert);
        upsert.Parameters.AddWithValue("input_tokens", Array.ConvertAll(report, entry => entry.InputTokens));
        upsert.Parameters.AddWithValue("output_tokens", Array.ConvertAll(report, entry => entry.OutputTokens));
        upsert.Parameters.AddWithValue("cache_read_tokens", Array.ConvertAll(report, entry => entry.CacheReadTokens));
        upsert.Parameters.AddWithValue("cache_write_tokens", Array.ConvertAll(report, entry => entry.CacheWriteTokens));
        upsert.Parameters.AddWithValue("costs", Array.ConvertAll(report, entry => entry.CostUsdTicks));
        upsert.Parameters.AddWithValue("created_at", Array.ConvertAll(report, entry => entry.CreatedAt?.ToDateTimeUtc()));
        batch.BatchCommands.Add(upsert);
        if (hasOtherSpellings)
        {
            batch.BatchCommands.Add(Keyed(DeleteOtherSpellings));
        }

        if (!place.IsOfTheCaller)
        {
            batch.BatchCommands.Add(new(Commit));
        }

        return batch;

        NpgsqlBatchCommand Keyed(string sql) =>
            new(sql) { Parameters = { new("task_id", taskId), new("providers", providers), new("models", models) } };
    }
}
