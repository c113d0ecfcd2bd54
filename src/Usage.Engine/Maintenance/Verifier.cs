using System.Data;
using NodaTime;
using Npgsql;

namespace Usage.Engine.Maintenance;

/// <summary>
/// Verifies the rollup, all in one snapshot, a span of days at a time, so that the server sorts little at once. Days without
/// usage and buckets cost nothing: one stray row at either end of the range makes no thousand empty spans.
/// </summary>
internal sealed class Verifier(NpgsqlDataSource database)
{
    private const int DaysAtOnce = 7;

    // Before the snapshot is taken, which the first query does: a TRUNCATE between the two would empty a table under an older snapshot.
    private const string LockSql = "lock table public.task_usage, usage_rollup.hourly, usage_rollup.hourly_tasks, usage_rollup.dirty in access share mode";

    private const string BoundsSql =
        "select min(h.bucket_hour), max(h.bucket_hour) + interval '1 hour' from usage_rollup.hours_with_data(@from, @to) h";

    private const string NextHourSql = """
        select least(
            (select date_bin('1 hour', u.created_at, timestamptz '2000-01-01 00:00:00+00')
             from public.task_usage u
             where u.created_at >= @from and u.created_at < @to
             order by u.created_at limit 1),
            (select h.bucket_hour
             from usage_rollup.hourly h
             where h.bucket_hour >= @from and h.bucket_hour < @to
             order by h.bucket_hour limit 1),
            (select h.bucket_hour
             from usage_rollup.hourly_tasks h
             where h.bucket_hour >= @from and h.bucket_hour < @to
             order by h.bucket_hour limit 1))
        """;

    private const string MarkSql = "insert into usage_rollup.dirty (bucket_hour, origin) select h, 1 from unnest(@hours) h";

    public async Task<VerifyReport> VerifyAsync(
        VerifyRequest request, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var range = HourRange.Covering(request.From, request.To);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        Findings findings = new(request.ListAtMost);
        await using (await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken))
        {
            await using NpgsqlCommand takeLocks = new(LockSql, connection);
            await takeLocks.ExecuteNonQueryAsync(cancellationToken);
            var pending = await PendingHours.ReadAsync(connection, cancellationToken);
            if (await BoundsAsync(connection, range, cancellationToken) is var (first, end))
            {
                findings.AddPending(pending.Where(hour => hour >= (range.From ?? first) && hour < (range.To ?? end)));
                await CompareAsync(connection, first, end, pending, findings, progress, cancellationToken);
            }
        }

        if (request.Repair && findings.DriftedHours.Count > 0)
        {
            await MarkAsync(connection, findings.DriftedHours, cancellationToken);
        }

        return findings.Report(repaired: request.Repair);
    }

    private static async Task CompareAsync(
        NpgsqlConnection connection, Instant first, Instant end, IReadOnlySet<Instant> pending, Findings findings,
        IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var daysTotal = (long)Math.Ceiling((end - first).TotalDays);
        Instant? next = first;
        while (next is { } from)
        {
            var to = Instant.Min(from + Duration.FromDays(DaysAtOnce), end);
            var (rawRows, buckets) = await RollupComparison.CountAsync(connection, from, to, cancellationToken);
            var differences = await RollupComparison.DifferencesAsync(connection, from, to, cancellationToken);
            findings.Add(rawRows, buckets, differences.Where(difference => !pending.Contains(difference.BucketHour)));
            var sets = await TaskSetComparison.DifferencesAsync(connection, from, to, cancellationToken);
            findings.Add(sets.Where(difference => !pending.Contains(difference.BucketHour)));
            progress?.Report(
                new(to, (long)Math.Ceiling((to - first).TotalDays), daysTotal, findings.RawRows, findings.DriftCount));
            next = await NextHourAsync(connection, to, end, cancellationToken);
        }
    }

    private static async Task<Instant?> NextHourAsync(
        NpgsqlConnection connection, Instant from, Instant end, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(NextHourSql, connection);
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("to", end);
        return await command.ExecuteScalarAsync(cancellationToken) as Instant?;
    }

    private static async Task<(Instant First, Instant End)?> BoundsAsync(
        NpgsqlConnection connection, HourRange range, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(BoundsSql, connection);
        command.Parameters.Add(new NpgsqlParameter<Instant?>("from", range.From));
        command.Parameters.Add(new NpgsqlParameter<Instant?>("to", range.To));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.IsDBNull(0) ? null : (reader.GetFieldValue<Instant>(0), reader.GetFieldValue<Instant>(1));
    }

    private static async Task MarkAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Instant> hours, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(MarkSql, connection);
        command.Parameters.AddWithValue("hours", hours.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed class Findings(int listAtMost)
    {
        private readonly List<BucketDrift> listed = [];
        private readonly List<TaskSetDrift> listedSets = [];
        private readonly List<Instant> pendingHours = [];
        private long buckets;

        public long RawRows { get; private set; }

        public long DriftCount { get; private set; }

        public HashSet<Instant> DriftedHours { get; } = [];

        public void AddPending(IEnumerable<Instant> hours) => pendingHours.AddRange(hours.Order());

        public void Add(long moreRawRows, long moreBuckets, IEnumerable<BucketDrift> drift)
        {
            RawRows += moreRawRows;
            buckets += moreBuckets;
            foreach (var one in drift)
            {
                DriftCount++;
                DriftedHours.Add(one.BucketHour);
                if (listed.Count < listAtMost)
                {
                    listed.Add(one);
                }
            }
        }

        public void Add(IEnumerable<TaskSetDrift> drift)
        {
            foreach (var one in drift)
            {
                DriftCount++;
                DriftedHours.Add(one.BucketHour);
                if (listedSets.Count < listAtMost)
                {
                    listedSets.Add(one);
                }
            }
        }

        public VerifyReport Report(bool repaired) =>
            new(RawRows, buckets, DriftCount, listed, pendingHours, repaired ? DriftedHours.Count : 0) { TaskSetDrift = listedSets };
    }
}
