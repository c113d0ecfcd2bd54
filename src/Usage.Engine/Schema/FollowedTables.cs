using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>
/// Keeps triggers on every table that holds usage or tasks: partitions come and go while the application runs. Where nothing has
/// changed it takes no lock.
/// </summary>
internal sealed class FollowedTables(NpgsqlDataSource database)
{
    private static readonly string[] Roots = ["public.task_usage", "public.agent_task_queue", "public.issue", "public.agent"];

    private const string InstallSql = """
        set local lock_timeout = '100ms';
        select usage_rollup.install_triggers(@root)
        """;

    private const string FollowSql = "select usage_rollup.follow_tables()";

    /// <summary>
    /// Installs the triggers that are missing, each table's in a transaction of its own; marks everything where changes may have passed
    /// without a mark, or where tables came or went.
    /// </summary>
    /// <returns>How many triggers were installed.</returns>
    /// <exception cref="PostgresException">A table is locked, or the role may not create triggers; what was done so far is kept.</exception>
    public async Task<long> FollowAsync(CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var installed = 0L;
        foreach (var root in Roots)
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var _transaction = transaction.ConfigureAwait(false);
            NpgsqlCommand install = new(InstallSql, connection, transaction);
            await using var _install = install.ConfigureAwait(false);
            install.Parameters.AddWithValue("root", root);
            installed += (long)(await install.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        NpgsqlCommand follow = new(FollowSql, connection);
        await using var _follow = follow.ConfigureAwait(false);
        await follow.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return installed;
    }
}
