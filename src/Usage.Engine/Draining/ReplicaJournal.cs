using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Draining;

/// <summary>
/// Records this replica's activity for status, in one row. It is written outside the drains' transactions, so that errors survive
/// a rollback.
/// </summary>
internal sealed class ReplicaJournal(NpgsqlDataSource database, IOptions<UsageEngineOptions> options)
{
    private const string RegisterSql = """
        insert into usage_rollup.replica (name, heartbeat_at) values (@name, clock_timestamp())
        on conflict (name) do update
        set started_at = clock_timestamp(), heartbeat_at = clock_timestamp(), drain_started_at = null, drain_ended_at = null,
            drain_rows = 0, total_hours = 0, total_rows = 0, failures = 0
        """;

    private const string ForgetEndedSql = """
        delete from usage_rollup.replica
        where name <> @name
          and greatest(started_at, drain_ended_at, last_error_at, heartbeat_at, seen_at) < clock_timestamp() - interval '7 days'
        """;

    private const string DrainedSql = """
        insert into usage_rollup.replica as r (name, drain_started_at, drain_ended_at, drain_rows, total_hours, total_rows)
        values (@name, clock_timestamp() - @elapsed, clock_timestamp(), @rows, @hours, @rows)
        on conflict (name) do update
        set drain_started_at = excluded.drain_started_at,
            drain_ended_at = excluded.drain_ended_at,
            drain_rows = excluded.drain_rows,
            total_hours = r.total_hours + excluded.total_hours,
            total_rows = r.total_rows + excluded.total_rows
        """;

    private const string HeartbeatSql = """
        insert into usage_rollup.replica (name, heartbeat_at) values (@name, clock_timestamp())
        on conflict (name) do update set heartbeat_at = excluded.heartbeat_at
        """;

    private const string SeenSql = """
        insert into usage_rollup.replica (name, seen_at) values (@name, clock_timestamp())
        on conflict (name) do update set seen_at = excluded.seen_at
        """;

    // This information need not survive a crash, so don't wait for the disk.
    private const string DontWaitSql = "select set_config('synchronous_commit', 'off', true)";

    private const string FailedSql = """
        insert into usage_rollup.replica (name, last_error, last_error_at, failures)
        values (@name, @error, clock_timestamp() - @age, @failures)
        on conflict (name) do update
        set last_error = excluded.last_error, last_error_at = excluded.last_error_at, failures = excluded.failures
        """;

    private const string RecoveredSql = "update usage_rollup.replica set failures = 0 where name = @name and failures <> 0";

    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync(RegisterSql, [], cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(ForgetEndedSql, [], cancellationToken).ConfigureAwait(false);
    }

    public Task RecordAsync(DrainResult result, CancellationToken cancellationToken) => ExecuteAsync(
        DrainedSql,
        [
            new NpgsqlParameter<Duration>("elapsed", result.Elapsed),
            new NpgsqlParameter<long>("rows", result.Rows),
            new NpgsqlParameter<long>("hours", result.Hours),
        ],
        cancellationToken);

    /// <summary>Records why the loop's rounds failed.</summary>
    /// <param name="error">The newest error.</param>
    /// <param name="age">Age of the error.</param>
    /// <param name="failures">Number of consecutive failures.</param>
    public Task RecordAsync(Exception error, TimeSpan age, int failures, CancellationToken cancellationToken) => ExecuteAsync(
        FailedSql,
        [
            new NpgsqlParameter<string>("error", Failure.Describe(error)),
            new NpgsqlParameter<Duration>("age", Duration.FromTimeSpan(age)),
            new NpgsqlParameter<int>("failures", failures),
        ],
        cancellationToken);

    /// <summary>Records that a round succeeded after failures.</summary>
    public Task RecordRecoveryAsync(CancellationToken cancellationToken) => ExecuteAsync(RecoveredSql, [], cancellationToken);

    /// <summary>Records a heartbeat of the background loop.</summary>
    public Task BeatAsync(CancellationToken cancellationToken) => ExecuteAsync(HeartbeatSql, [], cancellationToken);

    /// <summary>Records a heartbeat of a drain on request.</summary>
    public Task SeenAsync(CancellationToken cancellationToken) => ExecuteAsync(SeenSql, [], cancellationToken);

    private async Task ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        // A batch is one transaction.
        var batch = database.CreateBatch();
        await using var _batch = batch.ConfigureAwait(false);
        batch.Add(DontWaitSql);
        var command = batch.Add(sql);
        command.Parameters.AddRange(parameters);
        command.Parameters.AddWithValue("name", options.Value.ReplicaName);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
