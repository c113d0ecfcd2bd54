using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>
/// Keeps the triggers installed on every table that holds usage or tasks, as partitions are added and removed. Takes no lock if
/// nothing has changed.
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
    /// Installs missing triggers, one transaction per table. Marks everything if changes may have gone unmarked, or if tables
    /// were added or removed.
    /// </summary>
    /// <returns>The number of triggers installed.</returns>
    /// <exception cref="PostgresException">
    /// A table is locked, or the role may not create triggers. What was installed so far is kept.
    /// </exception>
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
