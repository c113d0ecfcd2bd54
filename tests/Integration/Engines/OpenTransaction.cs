using System.Data;
using Dapper;
using Npgsql;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Engines;

/// <summary>A writer's transaction that a test holds open, with a lock timeout of five seconds. Disposing rolls back.</summary>
internal sealed class OpenTransaction : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private OpenTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        this.connection = connection;
        this.transaction = transaction;
    }

    public static async Task<OpenTransaction> BeginAsync(TestDatabase database, IsolationLevel level = IsolationLevel.ReadCommitted)
    {
        var connection = await database.DataSource.OpenConnectionAsync();
        OpenTransaction open = new(connection, await connection.BeginTransactionAsync(level));
        await open.ExecuteAsync("set local lock_timeout = '5s'");
        return open;
    }

    public Task<int> ExecuteAsync(string sql, object? parameters = null) => connection.ExecuteAsync(sql, parameters, transaction);

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null) =>
        (await connection.ExecuteScalarAsync<T>(sql, parameters, transaction))!;

    public Task CommitAsync() => transaction.CommitAsync();

    public Task RollbackAsync() => transaction.RollbackAsync();

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
