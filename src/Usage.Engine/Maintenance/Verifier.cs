using System.Data;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Maintenance;

/// <summary>
/// Verifies the rollup in one snapshot, a few days at a time, so that the server sorts little at once. Days without usage and
/// buckets are skipped, so that stray rows far apart don't cause thousands of empty queries.
/// </summary>
internal sealed class Verifier(NpgsqlDataSource database, VerificationJournal journal)
{
    private const int DaysAtOnce = 7;

    // Before the first query takes the snapshot: a TRUNCATE in between would empty a table under an older snapshot.
    private const string LockSql = "lock table public.task_usage, usage_rollup.hourly, usage_rollup.hourly_tasks, usage_rollup.dirty in access share mode";

    private const string BoundsSql =
        "select min(h.bucket_hour), max(h.bucket_hour) + interval '1 hour' from usage_rollup.hours_with_data(@from, @to) h";

    private const string NextHourSql = $"""
        select least(
            (select {HourSql.OfUsage}
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
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var _transaction = transaction.ConfigureAwait(false);
        await LockAsync(connection, cancellationToken).ConfigureAwait(false);
        var report = await FindAsync(connection, range, request.ListAtMost, request.Repair, progress, cancellationToken).ConfigureAwait(false);
        if (range is { From: null, To: null })
        {
            await journal.RecordAsync(connection, report, scheduled: false, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return report;
    }

    /// <summary>Takes the locks, which must come before the transaction's first query.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(LockSql, connection);
        await using var _command = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Compares, and marks for repair, in a transaction that holds the locks.</summary>
    public static async Task<VerifyReport> FindAsync(
        NpgsqlConnection connection, HourRange range, int listAtMost, bool repair, IProgress<VerifyProgress>? progress,
        CancellationToken cancellationToken)
    {
        VerifyFindings findings = new(listAtMost);
        var state = await VerifyState.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        var pending = await PendingHours.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        if (await BoundsAsync(connection, range, cancellationToken).ConfigureAwait(false) is var (first, end))
        {
            findings.AddPending(pending.Where(hour => hour >= (range.From ?? first) && hour < (range.To ?? end)));
            await CompareAsync(connection, first, end, pending, state.Complete, findings, progress, cancellationToken).ConfigureAwait(false);
        }

        if (repair && findings.DriftedHours.Count > 0)
        {
            await MarkAsync(connection, findings.DriftedHours, cancellationToken).ConfigureAwait(false);
        }

        return findings.Report(state, repaired: repair);
    }

    private static async Task CompareAsync(
        NpgsqlConnection connection, Instant first, Instant end, IReadOnlySet<Instant> pending, bool complete, VerifyFindings findings,
        IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var daysTotal = (long)Math.Ceiling((end - first).TotalDays);
        Instant? next = first;
        while (next is { } from)
        {
            var to = Instant.Min(from + Duration.FromDays(DaysAtOnce), end);
            var (rawRows, buckets) = await RollupComparison.CountAsync(connection, from, to, cancellationToken).ConfigureAwait(false);
            var differences = await RollupComparison.DifferencesAsync(connection, from, to, cancellationToken).ConfigureAwait(false);
            BucketDrift[] drift = [.. differences.Where(difference => !pending.Contains(difference.BucketHour))];
            var uncounted = complete ? new HashSet<(Instant, Guid)>() : await UncountedUsage.AmongAsync(connection, drift, cancellationToken).ConfigureAwait(false);
            var sets = await TaskSetComparison.DifferencesAsync(connection, from, to, cancellationToken).ConfigureAwait(false);
            findings.Add(rawRows, buckets, drift, uncounted);
            findings.Add(sets.Where(difference => !pending.Contains(difference.BucketHour)), uncounted);
            progress?.Report(
                new(to, (long)Math.Ceiling((to - first).TotalDays), daysTotal, findings.RawRows, findings.DriftCount));
            next = await NextHourAsync(connection, to, end, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<Instant?> NextHourAsync(
        NpgsqlConnection connection, Instant from, Instant end, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(NextHourSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("to", end);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as Instant?;
    }

    private static async Task<(Instant First, Instant End)?> BoundsAsync(
        NpgsqlConnection connection, HourRange range, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(BoundsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<Instant?>("from", range.From));
        command.Parameters.Add(new NpgsqlParameter<Instant?>("to", range.To));
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return reader.IsDBNull(0) ? null : (reader.GetFieldValue<Instant>(0), reader.GetFieldValue<Instant>(1));
    }

    private static async Task MarkAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Instant> hours, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(MarkSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("hours", hours.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
