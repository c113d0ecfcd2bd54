using Npgsql;
using Usage.Benchmarks.Serving;

namespace Usage.Benchmarks.Visibility;

/// <summary>Polls the tracked buckets, and measures when each commit first became visible.</summary>
internal sealed class VisibilityObserver(NpgsqlDataSource database, TrackedBuckets buckets)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Time after the last commit within which everything must be visible.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Samples the host's activity in the same query, at the same moment.
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

    /// <summary>Milliseconds from each measured commit to the first poll that showed it.</summary>
    public IReadOnlyList<double> Latencies => latencies;

    /// <summary>Share of samples in which the host was active in the database.</summary>
    public double Duty => samples > 0 ? (double)busySamples / samples : 0;

    /// <summary>Polls until the writers have finished and all their commits are visible.</summary>
    /// <exception cref="InvalidOperationException">A commit was not visible a minute after the end.</exception>
    public async Task ObserveAsync(MeasuredPeriod span, Task writing, CancellationToken cancellationToken)
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

    private async Task PollAsync(NpgsqlCommand command, MeasuredPeriod span, CancellationToken cancellationToken)
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
                // A commit can be visible before its writer has received the acknowledgement.
                latencies.Add(Math.Max(0, span.Time.GetElapsedTime(seen.At, answered).TotalMilliseconds));
            }
        }
    }
}
