using Dapper;
using Npgsql;

namespace Usage.AspNetCore;

/// <summary>
/// Small reads of the application's tables. Rows are mapped by position to tuples and by constructor to records. Nothing is registered with
/// Dapper, whose type handlers and settings would apply to the whole host.
/// </summary>
internal static class RowQueries
{
    public static async Task<IReadOnlyList<TRow>> ReadRowsAsync<TRow>(
        this NpgsqlDataSource database, string sql, object? parameters, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        return await connection.ReadRowsAsync<TRow>(sql, parameters, cancellationToken).ConfigureAwait(false);
    }

    public static async Task<IReadOnlyList<TRow>> ReadRowsAsync<TRow>(
        this NpgsqlConnection connection, string sql, object? parameters, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<TRow>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))
            .ConfigureAwait(false)).AsList();

    /// <summary>The first column of the first row; the default without a row.</summary>
    public static async Task<T?> ReadValueAsync<T>(
        this NpgsqlDataSource database, string sql, object? parameters, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        return await connection.ReadValueAsync<T>(sql, parameters, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The first column of the first row; the default without a row.</summary>
    public static Task<T?> ReadValueAsync<T>(
        this NpgsqlConnection connection, string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
}
