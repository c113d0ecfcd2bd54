using Npgsql;

namespace Usage.Engine.Reporting;

/// <summary>The entity that a mark without an hour names; all null means everything.</summary>
internal readonly record struct StaleEntity(Guid? TaskId, Guid? IssueId, Guid? AgentId)
{
    public bool IsEverything => this == default;
}

/// <summary>Decides whether marks that are not expanded yet may affect a report.</summary>
internal static class StaleEntities
{
    /// <summary>Maximum number of an issue's tasks to check; an issue with more affects everybody.</summary>
    private const int MaxTasksOfIssue = 1_000;

    // A task or issue is represented by its tasks with usage in the window now, because usage that has left the window brought a
    // mark of its hour. Whom these tasks affect is decided as for marks of hours, but over the window's buckets, which are read
    // at most once.
    private const string ConcernSql = """
        with entities as materialized (
            select e.task_id, e.issue_id, e.agent_id from unnest(@marked_tasks, @marked_issues, @marked_agents) e (task_id, issue_id, agent_id)),
        tasks as materialized (
            select t.id
            from (
                select e.task_id as id from entities e where e.task_id is not null
                union
                select q.id
                from entities e
                cross join lateral (
                    select t.id from public.agent_task_queue t where t.issue_id = e.issue_id limit @max_tasks_of_issue) q
                where e.issue_id is not null) t
            where exists (
                select from public.task_usage u where u.task_id = t.id and u.created_at >= @from and u.created_at < @to)),
        agents as materialized (
            select b.agent_id, b.runtime_id, b.is_current, true as is_of_task
            from tasks k
            left join lateral (
                select t.agent_id, t.runtime_id, true as is_current from public.agent_task_queue t where t.id = k.id
                union all
                select m.agent_id, null, false from usage_rollup.moved m where m.task_id = k.id) b on true
            union all
            select e.agent_id, null, true, false from entities e where e.agent_id is not null)
        select exists (
                   select from agents b
                   where b.agent_id is null
                      or b.is_current
                         and (@runtime is null or not b.is_of_task or b.runtime_id = @runtime)
                         and exists (select from public.agent a where a.id = b.agent_id and a.workspace_id = @workspace))
            or exists (
                   select from entities e
                   where e.issue_id is not null
                     and (select count(*)
                          from (select from public.agent_task_queue t where t.issue_id = e.issue_id limit @max_tasks_of_issue + 1) n
                         ) > @max_tasks_of_issue)
            or exists (
                   select from usage_rollup.hourly h
                   where h.workspace_id = @workspace and h.bucket_hour >= @from_hour and h.bucket_hour < @to
                     and (@runtime is null or h.runtime_id = @runtime)
                     and h.agent_id in (select b.agent_id from agents b))
        """;

    /// <summary>Whether any of the entities may affect the report.</summary>
    public static async Task<bool> ConcernAsync(
        NpgsqlConnection connection, ReportScope scope, WindowParts parts, IReadOnlyList<StaleEntity> entities,
        CancellationToken cancellationToken)
    {
        if (entities.Any(entity => entity.IsEverything))
        {
            return true;
        }

        NpgsqlCommand command = new(ConcernSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddRange(parts.Window);
        command.Parameters.AddWithValue("from_hour", parts.FirstHour);
        command.Parameters.AddWithValue("marked_tasks", entities.Select(entity => entity.TaskId).ToArray());
        command.Parameters.AddWithValue("marked_issues", entities.Select(entity => entity.IssueId).ToArray());
        command.Parameters.AddWithValue("marked_agents", entities.Select(entity => entity.AgentId).ToArray());
        command.Parameters.AddWithValue("max_tasks_of_issue", MaxTasksOfIssue);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
