using System.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Database;

/// <summary>Opens a drain's transaction.</summary>
internal sealed class DrainSession(IOptions<UsageEngineOptions> options)
{
    // Local to the transaction, so that the pooled connection keeps nothing. In turn:
    // A host that freezes loses the transaction and its locks.
    // The commit does not wait for the disk: should a crash undo it, the marks are back with the buckets as they were.
    // Compiling a plan just in time takes a hundred times as long as running it here: rows are few, estimates of them high.
    // A plan is made for the hours at hand, also where the host's connections prepare statements: one for any hours knows no sizes.
    // Hashing all tasks is chosen only where it is cheaper than probing, at the price of a cached page, for those that are needed; then it
    // happens in memory, without parallel workers beside the drains that already run side by side.
    private const string SettingsSql = """
        select set_config('idle_in_transaction_session_timeout', @milliseconds, true),
               set_config('synchronous_commit', 'off', true),
               set_config('jit', 'off', true),
               set_config('plan_cache_mode', 'force_custom_plan', true),
               set_config('random_page_cost', '1.1', true),
               set_config('work_mem', '64MB', true),
               set_config('max_parallel_workers_per_gather', '0', true)
        """;

    /// <summary>Opens a connection. That none is available in time says nothing about the work: the error is transient.</summary>
    public async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        try
        {
            return await database.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException error) when (Failure.IsTimeout(error))
        {
            throw NotOfTheWork(error);
        }
    }

    /// <summary>Begins READ COMMITTED whatever the database's default: each statement must see what committed before it.</summary>
    public async Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = SettingsSql;
        command.Parameters.AddWithValue(
            "milliseconds", ((long)options.Value.SilentHostTimeout.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
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
