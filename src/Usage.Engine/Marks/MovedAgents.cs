using Npgsql;

namespace Usage.Engine.Marks;

/// <summary>
/// The agents that tasks have moved away from. An entry is removed once no drain can attribute the task's rows to that agent any
/// more: no mark names the task, and every drain that may have read the task before the move has ended.
/// </summary>
internal sealed class MovedAgents(NpgsqlDataSource database)
{
    // Must be a transaction of its own, so that its id is assigned after its snapshot. A drain that attributed the task to an
    // agent it has left, as seen by this snapshot, got its id earlier, by claiming marks, so its id is smaller.
    private const string SeeSql = "update usage_rollup.moved set seen_by = pg_current_xact_id() where seen_by is null";

    // Both conditions must use one snapshot. Marks that a drain has claimed but not committed are still visible in it. If the
    // snapshot shows those drains as ended, it also shows the mark of each row they read, unless a later drain has claimed it and
    // found the agent here.
    private const string ForgetSql = """
        delete from usage_rollup.moved m
        where m.seen_by < pg_snapshot_xmin(pg_current_snapshot())
          and not exists (select from usage_rollup.dirty d where d.task_id = m.task_id)
        """;

    /// <summary>
    /// Removes the entries that are no longer needed. A long-running transaction anywhere in the cluster delays this.
    /// </summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var see = database.CreateCommand(SeeSql);
        await using var _see = see.ConfigureAwait(false);
        await see.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        var forget = database.CreateCommand(ForgetSql);
        await using var _forget = forget.ConfigureAwait(false);
        await forget.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
