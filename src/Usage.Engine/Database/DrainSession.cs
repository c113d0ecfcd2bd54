using System.Data;
using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Database;

/// <summary>Opens the transactions that hold the engine's locks. All settings are local to them: the pooled connection keeps nothing.</summary>
internal sealed class DrainSession(IOptions<UsageEngineOptions> options)
{
    // A host that freezes loses the transaction and its locks. The first setting covers a backend that waits for the next statement; the
    // second one that can't send its result, which no timeout of a statement ends, on a TCP connection to a server that knows it. The rest is
    // for another host, which finds the backend by the lock. A lock that is shared by all its holders never waits.
    private const string HostSql = """
        select set_config('idle_in_transaction_session_timeout', @milliseconds, true),
               case when version() like '%linux%' then set_config('tcp_user_timeout', @milliseconds, true) end,
               pg_advisory_xact_lock_shared(@lock_class, hashtext(@replica))
        """;

    // In turn:
    // The commit does not wait for the disk: should a crash undo it, the marks are back with the buckets as they were.
    // Compiling a plan just in time takes a hundred times as long as running it here: rows are few, estimates of them high.
    // A plan is made for the hours at hand, also where the host's connections prepare statements: one for any hours knows no sizes.
    // Hashing all tasks is chosen only where it is cheaper than probing, at the price of a cached page, for those that are needed; then it
    // happens in memory, without parallel workers beside the drains that already run side by side.
    private const string DrainSql = """
        select set_config('synchronous_commit', 'off', true),
               set_config('jit', 'off', true),
               set_config('plan_cache_mode', 'force_custom_plan', true),
               set_config('random_page_cost', '1.1', true),
               set_config('work_mem', '64MB', true),
               set_config('max_parallel_workers_per_gather', '0', true)
        """;

    /// <summary>Opens a connection. That none is available in time says nothing about the work: the error is transient.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        try
        {
            return await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException error) when (Failure.IsTimeout(error))
        {
            throw NotOfTheWork(error);
        }
    }

    /// <summary>Begins a drain, READ COMMITTED whatever the database's default: each statement must see what committed before it.</summary>
    public Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        BeginAsync(connection, [HostSql, DrainSql], cancellationToken);

    /// <summary>Begins work that is not undone by a crash once it has committed.</summary>
    public Task<NpgsqlTransaction> BeginDurableAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        BeginAsync(connection, [HostSql], cancellationToken);

    private async Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, string[] settings, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        var batch = connection.CreateBatch();
        await using var _batch = batch.ConfigureAwait(false);
        foreach (var sql in settings)
        {
            batch.Add(sql);
        }

        var host = batch.BatchCommands[0].Parameters;
        host.Add(new NpgsqlParameter<string>(
            "milliseconds", ((long)options.Value.SilentHostTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)));
        host.Add(new NpgsqlParameter<int>("lock_class", HostLock.LockClass));
        host.Add(new NpgsqlParameter<string>("replica", options.Value.ReplicaName));
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException error) when (Failure.IsTimeout(error))
        {
            throw NotOfTheWork(error);
        }

        return transaction;
    }

    /// <summary>The same as a transient error: before the first statement of the work, time says nothing about the work.</summary>
    private static NpgsqlException NotOfTheWork(NpgsqlException error) => new($"No connection was available in time. {error.Message}", error);
}
