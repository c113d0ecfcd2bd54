using Npgsql;
using Usage.Engine.Rollup;

namespace Usage.Engine.Draining;

/// <summary>
/// Inserts many sets of tasks at once. The caller holds the locks of their hours and has read that none of them is stored, so nothing can
/// conflict.
/// </summary>
internal static class TaskSetCopy
{
    private const short Fields = 6;

    private const string CopySql = """
        copy usage_rollup.hourly_tasks (bucket_hour, agent_id, workspace_id, runtime_id, project_id, task_ids)
        from stdin (format binary)
        """;

    public static async Task InsertAsync(
        NpgsqlConnection connection, IReadOnlyList<TaskSet> sets, CancellationToken cancellationToken)
    {
        var copy = await connection.BeginRawBinaryCopyAsync(CopySql, cancellationToken).ConfigureAwait(false);
        await using var _copy = copy.ConfigureAwait(false);
        CopyBuffer rows = new();

        // A workspace's sets of an hour lie together, as its buckets do.
        foreach (var (key, taskIds) in sets.OrderBy(set => (set.Key.Hour, set.Key.Whom.WorkspaceId, set.Key.Whom.AgentId)))
        {
            rows.BeginRow(Fields);
            rows.Write(key.Hour.Start);
            rows.Write(key.Whom.AgentId);
            rows.Write(key.Whom.WorkspaceId);
            rows.Write(key.Whom.RuntimeId);
            rows.Write(key.Whom.ProjectId);
            rows.Write(taskIds);
            await rows.SendPieceAsync(copy, cancellationToken).ConfigureAwait(false);
        }

        await rows.SendEndAsync(copy, cancellationToken).ConfigureAwait(false);
    }
}
