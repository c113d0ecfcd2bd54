using NodaTime;
using Npgsql;
using NpgsqlTypes;
using Usage.Engine.Recording;

namespace Usage.Benchmarks.HttpRecording;

/// <summary>
/// A lower bound for recording: prepared statements on a dedicated connection. It reads, validates and writes like the engine's
/// recorder, in one transaction, except for rows with other spellings, which the data set doesn't contain.
/// </summary>
internal sealed class BareRecorder : IUsageRecorder, IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand readTask;
    private readonly NpgsqlCommand upsert;

    private BareRecorder(NpgsqlConnection connection)
    {
        this.connection = connection;
        readTask = new(ReportedTask.Read, connection) { Parameters = { new("task_id", NpgsqlDbType.Uuid) } };
        upsert = new(UsageRowWrite.Upsert, connection)
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

    public Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction,
        CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsageEntries> tasks, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The load generator doesn't send batches.");

    public Task RecordAsync(
        Guid taskId, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The load generator doesn't use transactions.");

    public Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsageEntries> tasks, NpgsqlTransaction transaction, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The load generator doesn't use transactions.");

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
            ? (reader.GetFieldValue<Instant>(3), reader.IsDBNull(1) ? null : reader.GetString(1))
            : throw new InvalidOperationException($"Task {taskId} is missing, or has rows with other spellings.");
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
