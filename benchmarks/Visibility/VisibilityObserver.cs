using Npgsql;
using Usage.Benchmarks.Serving;

namespace Usage.Benchmarks.Visibility;

/// <summary>Polls the tracked buckets, and tells for each commit when it was first seen in its bucket.</summary>
internal sealed class VisibilityObserver(NpgsqlDataSource database, TrackedBuckets buckets)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>How long after the last commit everything must have been seen.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The host's state in the same query: a moment sampled for the one is sampled for the other.
    private const string PollSql = """
        select exists (
                   select from pg_stat_activity
                   where datname = current_database() and application_name = @host
                     and state in ('active', 'idle in transaction', 'idle in transaction (aborted)')) as busy,
               array(
                   select coalesce((
                       select h.input_tokens
                       from usage_rollup.hourly h
                       where h.bucket_hour = @hour and h.agent_id = w.agent_id and h.provider = 'openai' and h.model = @model), 0)
                   from unnest(@agents) with ordinality w (agent_id, place)
                   order by w.place) as tokens
        """;

    private readonly List<double> latencies = [];
    private int samples;
    private int busySamples;

    /// <summary>Milliseconds from each commit that counts until the first answer that showed it.</summary>
    public IReadOnlyList<double> Latencies => latencies;

    /// <summary>Share of the samples in which the host was at work in the database.</summary>
    public double Duty => samples > 0 ? (double)busySamples / samples : 0;

    /// <summary>Polls until the writers are done and all that they committed has been seen.</summary>
    /// <exception cref="InvalidOperationException">A commit was not seen for a minute after the end.</exception>
    public async Task ObserveAsync(ObservedSpan span, Task writing, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = new(PollSql, connection);
        command.Parameters.AddWithValue("host", ServedHost.ApplicationName);
        command.Parameters.AddWithValue("hour", buckets.Hour);
        command.Parameters.AddWithValue("model", TrackedBuckets.Model);
        command.Parameters.AddWithValue("agents", buckets.All.Select(bucket => bucket.AgentId).ToArray());
        await command.PrepareAsync(cancellationToken);

        using PeriodicTimer timer = new(Interval, span.Time);
        while (!writing.IsCompleted || buckets.All.Any(bucket => !bucket.AllSeen))
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            await PollAsync(command, span, cancellationToken);
            if (span.Elapsed > span.End + Patience)
            {
                var unseen = buckets.All.Count(bucket => !bucket.AllSeen);
                throw new InvalidOperationException(
                    $"{unseen} of {buckets.All.Count} buckets still lack commits {Patience.TotalSeconds:N0} s after the last one.");
            }
        }
    }

    private async Task PollAsync(NpgsqlCommand command, ObservedSpan span, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var answered = span.Time.GetTimestamp();
        await reader.ReadAsync(cancellationToken);
        if (span.Counts(span.Elapsed))
        {
            samples++;
            busySamples += reader.GetBoolean(0) ? 1 : 0;
        }

        foreach (var (bucket, tokens) in buckets.All.Zip(reader.GetFieldValue<long[]>(1)))
        {
            foreach (var seen in bucket.TakeSeen(tokens).Where(seen => seen.Counts))
            {
                // A commit can be seen before its writer has been told of it.
                latencies.Add(Math.Max(0, span.Time.GetElapsedTime(seen.At, answered).TotalMilliseconds));
            }
        }
    }
}
