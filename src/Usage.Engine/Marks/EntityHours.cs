using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Marks;

/// <summary>Appends marks for the hours in which entities have usage now, but for those that are frozen.</summary>
internal static class EntityHours
{
    // Each "offset 0" is an optimisation fence: every entity costs an index probe, and no plan scans all history. 500 or more
    // tasks in one hour become a single whole-hour mark, which is what a drain would make of them anyway.
    private const string MarkTasksSql = $"""
        insert into usage_rollup.dirty (bucket_hour, task_id, origin, enqueued_at)
        select r.bucket_hour, case when r.tasks >= 500 then null else r.task_id end, min(r.origin), min(r.enqueued_at)
        from (
            select {HourSql.OfUsage} as bucket_hour, m.id as task_id,
                   min(m.origin) as origin, min(m.enqueued_at) as enqueued_at,
                   count(*) over (partition by {HourSql.OfUsage}) as tasks
            from unnest(@ids, @origins, @enqueued) m (id, origin, enqueued_at)
            cross join lateral (
                select x.created_at from public.task_usage x
                where x.task_id = m.id
                  and x.created_at >= {FrozenHours.EndSql}
                  and x.created_at < {HourSql.RangeEnd}
                offset 0) u
            group by 1, 2) r
        group by 1, 2
        """;

    private const string MarkIssuesSql = $"""
        insert into usage_rollup.dirty (bucket_hour, task_id, origin, enqueued_at)
        select r.bucket_hour, case when r.tasks >= 500 then null else r.task_id end, min(r.origin), min(r.enqueued_at)
        from (
            select h.bucket_hour, t.id as task_id, m.origin, m.enqueued_at, count(*) over (partition by h.bucket_hour) as tasks
            from unnest(@ids, @origins, @enqueued) m (id, origin, enqueued_at)
            cross join lateral (select q.id from public.agent_task_queue q where q.issue_id = m.id offset 0) t
            cross join lateral (
                select distinct {HourSql.OfUsage} as bucket_hour
                from public.task_usage u
                where u.task_id = t.id
                  and u.created_at >= {FrozenHours.EndSql}
                  and u.created_at < {HourSql.RangeEnd}
                offset 0) h) r
        group by 1, 2
        """;

    private const string MarkAgentsSql = $"""
        insert into usage_rollup.dirty (bucket_hour, agent_id, origin, enqueued_at)
        select h.bucket_hour, m.id, m.origin, m.enqueued_at
        from unnest(@ids, @origins, @enqueued) m (id, origin, enqueued_at)
        cross join lateral (
            select distinct {HourSql.OfUsage} as bucket_hour
            from public.agent_task_queue t
            cross join lateral (select x.created_at from public.task_usage x where x.task_id = t.id offset 0) u
            where t.agent_id = m.id
              and u.created_at >= {FrozenHours.EndSql}
              and u.created_at < {HourSql.RangeEnd}
            offset 0) h
        """;

    private const string MarkEverythingSql = """
        insert into usage_rollup.dirty (bucket_hour, origin, enqueued_at)
        select h.bucket_hour, m.origin, m.enqueued_at
        from unnest(@ids, @origins, @enqueued) m (id, origin, enqueued_at)
        cross join usage_rollup.hours_with_data(null, null) h
        """;

    public static async Task MarkAsync(NpgsqlConnection connection, IReadOnlyList<EntityMark> marks, CancellationToken cancellationToken)
    {
        var batch = connection.CreateBatch();
        await using var _batch = batch.ConfigureAwait(false);
        foreach (var kind in marks.GroupBy(mark => SqlFor(mark.Entity)))
        {
            var command = batch.Add(kind.Key);
            command.Parameters.AddWithValue("ids", kind.Select(mark => mark.Entity.TaskId ?? mark.Entity.IssueId ?? mark.Entity.AgentId).ToArray());
            command.Parameters.AddWithValue("origins", kind.Select(mark => mark.Origin).ToArray());
            command.Parameters.AddWithValue("enqueued", kind.Select(mark => mark.EnqueuedAt).ToArray());
        }

        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string SqlFor(MarkedEntity entity) => entity switch
    {
        { TaskId: not null } => MarkTasksSql,
        { IssueId: not null } => MarkIssuesSql,
        { AgentId: not null } => MarkAgentsSql,
        _ => MarkEverythingSql,
    };
}
