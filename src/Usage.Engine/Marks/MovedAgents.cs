using Npgsql;

namespace Usage.Engine.Marks;

/// <summary>The agents that tasks were taken from.</summary>
internal sealed class MovedAgents(NpgsqlDataSource database)
{
    // One statement, one snapshot: a mark that a drain has claimed and not committed is still visible, so nothing is forgotten early.
    private const string ForgetSql = """
        delete from usage_rollup.moved m
        where not exists (select from usage_rollup.dirty d where d.task_id = m.task_id)
        """;

    /// <summary>Forgets the agents of tasks that no mark names any more.</summary>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ForgetSql);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
