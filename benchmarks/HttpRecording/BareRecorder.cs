using NodaTime;
using Npgsql;
using NpgsqlTypes;
using Usage.Engine.Recording;

namespace Usage.Benchmarks.HttpRecording;

/// <summary>
/// What recording costs at the least: prepared statements on a connection of one's own. It reads, checks and writes what the engine's
/// recorder does, in one transaction, but for rows of other spellings, which the data set does not have.
/// </summary>
internal sealed class BareRecorder : IUsageRecorder, IAsyncDisposable
{
    private const string ReadTaskSql = """
        select now(), r.provider,
               exists (
                   select from public.task_usage u
                   where u.task_id = t.id and u.provider <> lower(btrim(u.provider, e' \t\n\x0b\f\r') collate "C"))
        from public.agent_task_queue t
        left join public.agent_runtime r on r.id = t.runtime_id
        where t.id = @task_id
        """;

    private const string UpsertSql = """
        insert into public.task_usage as u (
            id, task_id, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
            cost_usd_ticks, created_at, updated_at)
        select gen_random_uuid(), @task_id, e.provider, e.model, e.input_tokens, e.output_tokens, e.cache_read_tokens,
               e.cache_write_tokens, e.cost_usd_ticks, coalesce(e.created_at, now()), now()
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

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand readTask;
    private readonly NpgsqlCommand upsert;

    private BareRecorder(NpgsqlConnection connection)
    {
        this.connection = connection;
        readTask = new(ReadTaskSql, connection) { Parameters = { new("task_id", NpgsqlDbType.Uuid) } };
        upsert = new(UpsertSql, connection)
        {
            Parameters =
            {
                new("task_id", NpgsqlDbType.Uuid),
                Array("providers", NpgsqlDbType.Text), Array("models", NpgsqlDbType.Text),
                Array("input_tokens", NpgsqlDbType.Bigint), Array("output_tokens", NpgsqlDbType.Bigint),
                Array("cache_read_tokens", NpgsqlDbType.Bigint), Array("cache_write_tokens", NpgsqlDbType.Bigint),
                Array("costs", NpgsqlDbType.Bigint), Array("created_at", NpgsqlDbType.TimestampTz),
            },
        };

        static NpgsqlParameter Array(string name, NpgsqlDbType of) => new(name, NpgsqlDbType.Array | of);
    }

    public static async Task<BareRecorder> OpenAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        BareRecorder recorder = new(await database.OpenConnectionAsync(cancellationToken));
        await recorder.readTask.PrepareAsync(cancellationToken);
        await recorder.upsert.PrepareAsync(cancellationToken);
        return recorder;
    }

    public async Task RecordAsync(Guid taskId, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default)
    {
        Refuse(UsageEntryValidator.CheckReport(entries));
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (now, provider) = await ReadTaskAsync(taskId, cancellationToken);
        UsageEntry[] report = [.. entries.Select(entry => UsageEntryNormalizer.Normalize(entry, provider))];
        Refuse(UsageEntryValidator.CheckEntries(report, now));

        object[] values =
        [
            taskId,
            System.Array.ConvertAll(report, entry => entry.Provider), System.Array.ConvertAll(report, entry => entry.Model),
            System.Array.ConvertAll(report, entry => entry.InputTokens), System.Array.ConvertAll(report, entry => entry.OutputTokens),
            System.Array.ConvertAll(report, entry => entry.CacheReadTokens), System.Array.ConvertAll(report, entry => entry.CacheWriteTokens),
            System.Array.ConvertAll(report, entry => entry.CostUsdTicks), System.Array.ConvertAll(report, entry => entry.CreatedAt),
        ];
        for (var i = 0; i < values.Length; i++)
        {
            upsert.Parameters[i].Value = values[i];
        }

        await upsert.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsage> tasks, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A load sends one report at a time.");

    public async ValueTask DisposeAsync()
    {
        await upsert.DisposeAsync();
        await readTask.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task<(Instant Now, string? Provider)> ReadTaskAsync(Guid taskId, CancellationToken cancellationToken)
    {
        readTask.Parameters[0].Value = taskId;
        await using var reader = await readTask.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) && !reader.GetBoolean(2)
            ? (reader.GetFieldValue<Instant>(0), reader.IsDBNull(1) ? null : reader.GetString(1))
            : throw new InvalidOperationException($"Task {taskId} is missing, or has rows of other spellings.");
    }

    private static void Refuse(IEnumerable<UsageProblem> problems)
    {
        UsageProblem[] all = [.. problems];
        if (all.Length > 0)
        {
            throw new UsageValidationException(all);
        }
    }
}
