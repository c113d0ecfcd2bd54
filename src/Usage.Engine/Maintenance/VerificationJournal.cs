using System.Globalization;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Maintenance;

/// <summary>Records verifications of all history in the database, and decides whose turn the next scheduled one is.</summary>
internal sealed class VerificationJournal(NpgsqlDataSource database, IOptions<UsageEngineOptions> options)
{
    // A finding is checked again soon: either the repair resolved it, or something keeps bypassing the triggers. So is a failure.
    // While history is not backfilled there is nothing to compare with.
    private const string DueSql = """
        select exists (
                   select from usage_rollup.backfill b
                   where b.from_hour is null and b.to_hour is null and b.completed_at is not null)
               and not exists (
                   select from usage_rollup.verification v
                   where v.id = (select max(id) from usage_rollup.verification)
                     and clock_timestamp() < v.ended_at + case when v.drift_count = 0 then @every else least(@every, @again) end)
        """;

    private const string RunningSql = """
        select exists (
            select from pg_locks l
            where l.database = (select oid from pg_database where datname = current_database())
              and l.relation = 'usage_rollup.verification'::regclass
              and l.mode = 'ShareUpdateExclusiveLock'
              and l.granted)
        """;

    // Conflicts with itself, and with no write. Takes no snapshot, so the next query sees what the previous holder recorded. Ends with the
    // transaction, also when the host is killed; a frozen one loses it after the timeout.
    private const string TurnSql = "lock table usage_rollup.verification in share update exclusive mode nowait";

    private const string CanRecordSql = """
        select not current_setting('transaction_read_only')::boolean and has_table_privilege('usage_rollup.verification', 'insert')
        """;

    private const string RecordSql = """
        insert into usage_rollup.verification
            (replica, scheduled, started_at, raw_rows, buckets, drift_count, marked_hours, pending_hours)
        values (@replica, @scheduled, now(), @raw_rows, @buckets, @drift_count, @marked_hours, @pending_hours)
        """;

    private const string RecordFailureSql = """
        insert into usage_rollup.verification (replica, scheduled, started_at, error)
        values (@replica, true, clock_timestamp() - @elapsed, @error)
        """;

    private const string ForgetSql = """
        delete from usage_rollup.verification
        where id <= (select max(id) - 1000 from usage_rollup.verification)
        """;

    private static readonly Duration Again = Duration.FromHours(1);

    /// <summary>Whether a scheduled verification is due and no replica runs one.</summary>
    public async Task<bool> IsFreeAsync(CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        return await IsDueAsync(connection, cancellationToken).ConfigureAwait(false)
            && !await AskAsync(new(RunningSql, connection), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the turn for the rest of the transaction, which must not have run a query yet.</summary>
    /// <returns>Whether it did; if not, another replica has it, and the transaction has failed.</returns>
    public async Task<bool> TakeTurnAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var timeout = ((long)options.Value.SilentHostTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        await ExecuteAsync(new($"set local idle_in_transaction_session_timeout = {timeout}", connection), cancellationToken).ConfigureAwait(false);
        try
        {
            await ExecuteAsync(new(TurnSql, connection), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
    }

    /// <summary>Records a result in the transaction that found it. A caller who may only read records nothing.</summary>
    public async Task RecordAsync(NpgsqlConnection connection, VerifyReport report, bool scheduled, CancellationToken cancellationToken)
    {
        if (!await AskAsync(new(CanRecordSql, connection), cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        NpgsqlCommand command = new(RecordSql, connection);
        command.Parameters.AddWithValue("replica", options.Value.ReplicaName);
        command.Parameters.AddWithValue("scheduled", scheduled);
        command.Parameters.AddWithValue("raw_rows", report.RawRows);
        command.Parameters.AddWithValue("buckets", report.Buckets);
        command.Parameters.AddWithValue("drift_count", report.DriftCount);
        command.Parameters.AddWithValue("marked_hours", report.MarkedHours);
        command.Parameters.AddWithValue("pending_hours", (long)report.PendingHours.Count);
        await ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records why a scheduled verification failed.</summary>
    public async Task RecordFailureAsync(Exception error, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(RecordFailureSql);
        command.Parameters.AddWithValue("replica", options.Value.ReplicaName);
        command.Parameters.AddWithValue("elapsed", Duration.FromTimeSpan(elapsed));
        command.Parameters.AddWithValue("error", Failure.Describe(error));
        await ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes all but the newest thousand.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) => ExecuteAsync(database.CreateCommand(ForgetSql), cancellationToken);

    /// <summary>Whether a scheduled verification is due.</summary>
    public async Task<bool> IsDueAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(DueSql, connection);
        command.Parameters.AddWithValue("every", Duration.FromTimeSpan(options.Value.VerifyEvery!.Value));
        command.Parameters.AddWithValue("again", Again);
        return await AskAsync(command, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> AskAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var _command = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private static async Task ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var _command = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
