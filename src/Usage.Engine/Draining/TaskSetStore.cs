using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Marks;
using Usage.Engine.Rollup;

namespace Usage.Engine.Draining;

/// <summary>Reads and replaces the sets of tasks beside the buckets. The caller holds the locks of their hours.</summary>
internal static class TaskSetStore
{
    /// <summary>Inserts from which on a COPY is worth its round trip.</summary>
    private const int LeastToCopy = 500;

    private const string ReadSql = """
        select bucket_hour, agent_id, workspace_id, runtime_id, project_id, task_ids
        from usage_rollup.hourly_tasks
        where bucket_hour = any (@whole_hours)
        union all
        select s.*
        from unnest(@hours, @agents) w (bucket_hour, agent_id)
        cross join lateral (
            select h.bucket_hour, h.agent_id, h.workspace_id, h.runtime_id, h.project_id, h.task_ids
            from usage_rollup.hourly_tasks h
            where h.bucket_hour = w.bucket_hour and h.agent_id = w.agent_id
            offset 0) s
        """;

    private const string DeleteSql = """
        delete from usage_rollup.hourly_tasks h
        using unnest(@hours, @agents, @workspaces, @runtimes, @projects)
            k (bucket_hour, agent_id, workspace_id, runtime_id, project_id)
        where h.bucket_hour = k.bucket_hour
          and h.agent_id = k.agent_id
          and h.workspace_id = k.workspace_id
          and h.runtime_id is not distinct from k.runtime_id
          and h.project_id is not distinct from k.project_id
        """;

    private const string UpsertSql = """
        insert into usage_rollup.hourly_tasks (bucket_hour, agent_id, workspace_id, runtime_id, project_id, task_ids)
        select k.bucket_hour, k.agent_id, k.workspace_id, k.runtime_id, k.project_id, k.task_ids
        from unnest(@hours, @agents, @workspaces, @runtimes, @projects, @task_ids)
            k (bucket_hour, agent_id, workspace_id, runtime_id, project_id, task_ids)
        on conflict (bucket_hour, agent_id, workspace_id, runtime_id, project_id) do update set task_ids = excluded.task_ids
        """;

    /// <summary>Adds the statement that reads the sets which are stored now to a batch.</summary>
    public static void AddReadTo(NpgsqlBatch batch, RecomputeSet set)
    {
        var command = batch.Add(ReadSql);
        command.Parameters.AddWithValue("whole_hours", set.WholeHours.Select(hour => hour.Start).ToArray());
        command.Parameters.AddWithValue("hours", set.Agents.Select(pair => pair.Hour.Start).ToArray());
        command.Parameters.AddWithValue("agents", set.Agents.Select(pair => pair.AgentId).ToArray());
    }

    /// <summary>The sets of the reader's present result.</summary>
    public static async Task<IReadOnlyList<TaskSet>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        List<TaskSet> sets = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            sets.Add(new(
                new(
                    reader.GetHour(0),
                    new(reader.GetGuid(1), reader.GetGuid(2), reader.GetNullableGuid(3), reader.GetNullableGuid(4))),
                TaskIds.Read(reader.GetFieldValue<byte[]>(5))));
        }

        return sets;
    }

    /// <summary>Copies many new sets at once, and adds the statements that make all other changes to a batch.</summary>
    public static async Task AddChangesAsync(
        NpgsqlConnection connection, NpgsqlBatch batch, TaskSetChanges changes, CancellationToken cancellationToken)
    {
        var copies = changes.Inserts.Count >= LeastToCopy;
        if (copies)
        {
            await TaskSetCopy.InsertAsync(connection, changes.Inserts, cancellationToken).ConfigureAwait(false);
        }

        if (changes.Deletes.Count > 0)
        {
            AddKeys(batch.Add(DeleteSql), changes.Deletes);
        }

        TaskSet[] upserts = copies ? [.. changes.Updates] : [.. changes.Inserts, .. changes.Updates];
        if (upserts.Length > 0)
        {
            var command = batch.Add(UpsertSql);
            AddKeys(command, Array.ConvertAll(upserts, set => set.Key));
            command.Parameters.AddWithValue("task_ids", Array.ConvertAll(upserts, set => TaskIds.ToBytes(set.TaskIds)));
        }
    }

    private static void AddKeys(NpgsqlBatchCommand command, IReadOnlyList<TaskSetKey> keys)
    {
        void Add<T>(string name, Func<TaskSetKey, T> value) => command.Parameters.AddWithValue(name, keys.Select(value).ToArray());

        Add("hours", key => key.Hour.Start);
        Add("agents", key => key.Whom.AgentId);
        Add("workspaces", key => key.Whom.WorkspaceId);
        Add("runtimes", key => key.Whom.RuntimeId);
        Add("projects", key => key.Whom.ProjectId);
    }
}
