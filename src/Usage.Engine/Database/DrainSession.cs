using System.Data;
using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Database;

/// <summary>
/// Opens the transactions that hold the engine's locks. All settings are transaction-local, so a pooled connection keeps none of
/// them.
/// </summary>
internal sealed class DrainSession(IOptions<UsageEngineOptions> options)
{
    // A host that freezes loses its transaction and locks. The first setting ends a backend that waits for the next statement;
    // the second ends one that is blocked sending its result, which no statement timeout covers (TCP on Linux only). The lock
    // lets another host find the backend. It is only ever taken in shared mode, so it never waits.
    private const string HostSql = """
        select set_config('idle_in_transaction_session_timeout', @milliseconds, true),
               case when version() like '%linux%' then set_config('tcp_user_timeout', @milliseconds, true) end,
               pg_advisory_xact_lock_shared(@lock_class, hashtext(@replica))
        """;

    // synchronous_commit: if a crash undoes the commit, the marks are back along with the previous buckets.
    // jit: compiling a plan takes a hundred times as long as running it; the row estimates are far too high.
    // plan_cache_mode: a generic plan doesn't know how much the hours hold, even where connections prepare statements.
    // random_page_cost, work_mem: probe the tasks that are needed, from cached pages, and hash all of them, in memory, only where that
    // is cheaper.
    // max_parallel_workers_per_gather: drains already run side by side.
    private const string DrainSql = $"""
        select {FrozenHours.ShareSql},
               set_config('synchronous_commit', 'off', true),
               set_config('jit', 'off', true),
               set_config('plan_cache_mode', 'force_custom_plan', true),
               set_config('random_page_cost', '1.1', true),
               set_config('work_mem', '64MB', true),
               set_config('max_parallel_workers_per_gather', '0', true)
        """;

    /// <summary>
    /// Opens a connection. A timeout here is rethrown as a transient error: it says nothing about the work itself.
    /// </summary>
    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        try
        {
            return await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException error) when (Failure.IsTimeout(error))
        {
            throw AsTransient(error);
        }
    }

    /// <summary>
    /// Begins a drain in READ COMMITTED, whatever the database's default: each statement must see what committed before it.
    /// </summary>
    public Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        BeginAsync(connection, [HostSql, DrainSql], cancellationToken);

    /// <summary>Begins a transaction whose commit is durable.</summary>
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
            throw AsTransient(error);
        }

        return transaction;
    }

    /// <summary>Converts a timeout that occurred before the first statement of the work into a transient error.</summary>
    private static NpgsqlException AsTransient(NpgsqlException error) => new($"No connection was available in time. {error.Message}", error);
}
