using Npgsql;
using NpgsqlTypes;

namespace Usage.Benchmarks.Visibility;

/// <summary>
/// Upserts into tracked buckets, each due at a fixed instant whatever the system does (open loop). Late ones are sent at once; at
/// the end, unsent ones are dropped. Each writer has its own connection and buckets, so writers never wait for each other's rows.
/// </summary>
internal sealed class PacedUpserts(NpgsqlDataSource database, TrackedBuckets buckets, double rate)
{
    private const int MostWriters = 10;

    private const string UpsertSql = """
        insert into public.task_usage (task_id, provider, model, input_tokens, created_at)
        values (@task, 'openai', @model, @version, @hour)
        on conflict (task_id, provider, model) do update
        set input_tokens = excluded.input_tokens,
            updated_at   = now()
        """;

    private readonly int writers = Math.Min(MostWriters, buckets.All.Count);

    /// <summary>Sends for the whole period.</summary>
    /// <returns>The number of measured upserts that were committed.</returns>
    public async Task<int> SendAsync(MeasuredPeriod span, CancellationToken cancellationToken)
    {
        var sent = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => WriteAsync(writer, span, cancellationToken)));
        return sent.Sum();
    }

    private async Task<int> WriteAsync(int writer, MeasuredPeriod span, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = new(UpsertSql, connection);
        command.Parameters.AddWithValue("model", TrackedBuckets.Model);
        command.Parameters.AddWithValue("hour", buckets.Hour);
        var task = command.Parameters.Add("task", NpgsqlDbType.Uuid);
        var version = command.Parameters.Add("version", NpgsqlDbType.Bigint);
        await command.PrepareAsync(cancellationToken);

        TrackedBucket[] own = [.. buckets.All.Where((_, place) => place % writers == writer)];
        var counted = 0;
        for (var number = 0; ; number++)
        {
            var due = TimeSpan.FromSeconds((writer + ((double)number * writers)) / rate);
            await span.UntilAsync(due, cancellationToken);
            if (due >= span.End || span.Elapsed >= span.End)
            {
                return counted;
            }

            var bucket = own[number % own.Length];
            task.Value = bucket.TaskId;
            version.Value = ++bucket.Version;
            await command.ExecuteNonQueryAsync(cancellationToken);
            var counts = span.Counts(due);
            bucket.Commit(new(bucket.Version, span.Time.GetTimestamp(), counts));
            counted += counts ? 1 : 0;
        }
    }
}
