using Npgsql;

namespace Usage.Engine.Marks;

/// <summary>
/// The agents that tasks were taken from. One is forgotten once nothing can hold the task's rows against it any more: no mark names the
/// task, and every drain that may have read the task before it was taken has ended.
/// </summary>
internal sealed class MovedAgents(NpgsqlDataSource database)
{
    // A statement and a transaction of its own: only so is its transaction id younger than its snapshot. A drain that knows a task by an
    // agent that this snapshot shows as left has an id already, by its claim, and that id is smaller.
    private const string SeeSql = "update usage_rollup.moved set seen_by = pg_current_xact_id() where seen_by is null";

    // One snapshot for both conditions. Marks that a drain has claimed and not committed are visible in it. Where it shows those drains
    // as ended, it also shows the mark of each row that they have read, unless a later drain has taken it and found the agent here.
    private const string ForgetSql = """
        delete from usage_rollup.moved m
        where m.seen_by < pg_snapshot_xmin(pg_current_snapshot())
          and not exists (select from usage_rollup.dirty d where d.task_id = m.task_id)
        """;

    /// <summary>Forgets what can be forgotten. While an older transaction runs anywhere in the cluster, that is nothing new.</summary>
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
