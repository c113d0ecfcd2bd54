using System.Data;
using Microsoft.Extensions.Options;
using Npgsql;
using NodaTime;

namespace Usage.Engine.Draining;

/// <summary>Opens a drain's transaction.</summary>
internal sealed class DrainSession(IOptions<UsageEngineOptions> options)
{
    // Local to the transaction, so that the pooled connection keeps nothing. A host that freezes loses the transaction and its locks.
    // Compiling a plan just in time takes a hundred times as long as running it here: rows are few, estimates of them high.
    private const string SettingsSql = """
        select set_config('idle_in_transaction_session_timeout', @milliseconds, true),
               set_config('jit', 'off', true)
        """;

    /// <summary>Begins READ COMMITTED whatever the database's default: each statement must see what committed before it.</summary>
    public async Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = SettingsSql;
        command.Parameters.AddWithValue(
            "milliseconds", ((long)options.Value.SilentHostTimeout.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
        await command.ExecuteNonQueryAsync(cancellationToken);
        return transaction;
    }
}
