using Npgsql;

namespace Usage.Engine.Recording;

/// <summary>The keys of usage that was added: kept for seven days, then forgotten.</summary>
internal sealed class AddedUsageKeys(NpgsqlDataSource database)
{
    // In batches, so that a housekeeper that was away for long holds no locks for long.
    private const string ForgetSql = """
        delete from usage_rollup.added_usage
        where (task_id, key) in (
            select task_id, key
            from usage_rollup.added_usage
            where added_at < statement_timestamp() - interval '7 days'
            order by added_at
            limit 10000
            for update skip locked)
        """;

    /// <summary>Forgets up to 10,000 keys that are older than seven days.</summary>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(ForgetSql);
        await using var _command = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
