using NodaTime;
using Npgsql;
using NpgsqlTypes;
using Usage.Engine.Database;
using Usage.Engine.Rollup;

namespace Usage.Engine.Marks;

/// <summary>
/// The journal of marks. Picking hours only reads; claiming deletes in the caller's transaction, so a rollback restores every
/// mark.
/// </summary>
internal static class MarkJournal
{
    /// <summary>Most marks that one pick reads, which bounds its memory and time.</summary>
    private const int MarksPerPick = 200_000;

    /// <summary>
    /// From this many marked tasks on, an hour is recomputed as a whole: resolving the tasks to agents would yield most of the
    /// hour's agents anyway.
    /// </summary>
    private const int CrowdedHour = 500;

    // With a horizon this uses the index on xid; without one it scans sequentially, roughly in commit order. There is no index on
    // the hour, which writers would pay for. One pick feeds many batches.
    private const string PickSql = """
        with due as (
            select d.ctid, d.bucket_hour, d.origin, d.enqueued_at
            from usage_rollup.dirty d
            where d.bucket_hour is not null
              and (@everything or d.xid >= @next or d.xid = any (@running))
              and not exists (
                  select from usage_rollup.set_aside s
                  where s.bucket_hour = d.bucket_hour and (s.agent_id is null or s.agent_id = d.agent_id)
                    and s.retry_at > clock_timestamp())
              and (@workspace_id::uuid is null or not exists (
                  -- Out of scope only if the task's sole agent belongs to another workspace and has no bucket in this one.
                  select from public.agent_task_queue t
                  join public.agent a on a.id = t.agent_id
                  where t.id = d.task_id and a.workspace_id <> @workspace_id
                    and not exists (select from usage_rollup.moved m where m.task_id = t.id)
                    and not exists (
                        select from usage_rollup.hourly h
                        where h.bucket_hour = d.bucket_hour and h.agent_id = t.agent_id and h.workspace_id = @workspace_id)))
            limit @marks),
        hours as (
            select bucket_hour, min(origin) as origin, min(enqueued_at) filter (where origin = 0) as oldest, array_agg(ctid)::text as marks,
                   sum(count(*)) over () as looked_at
            from due
            group by bucket_hour),
        ranked as (
            select h.*, row_number() over (partition by (origin = 0) order by oldest, bucket_hour desc) as place
            from hours h)
        select bucket_hour, origin = 0 as live, marks, looked_at::bigint
        from ranked
        where place <= @hours
        order by origin, place
        """;

    private const string EntitiesPendingSql = """
        select exists (
            select from usage_rollup.dirty d
            where d.bucket_hour is null
              and (@everything or d.xid >= @next or d.xid = any (@running))
              and not exists (
                  select from usage_rollup.set_aside s
                  where s.bucket_hour is null and s.task_id is not distinct from d.task_id
                    and s.issue_id is not distinct from d.issue_id and s.agent_id is not distinct from d.agent_id
                    and s.retry_at > clock_timestamp()))
        """;

    private const string ClaimSql = """
        delete from usage_rollup.dirty
        where ctid = any (array(select unnest(m::tid[]) from unnest(@marks) m)) and bucket_hour = any (@hours)
        returning bucket_hour, task_id, agent_id, origin, enqueued_at, statement_timestamp(),
                  bucket_hour < (select c.frozen_before from usage_rollup.control c), xid::text::bigint
        """;

    // The task's current agent and every agent it moved from. In a single snapshot, an agent is always in one of the two.
    private const string ResolveSql = """
        select distinct c.bucket_hour, b.agent_id
        from unnest(@hours, @tasks) c (bucket_hour, task_id)
        left join lateral (
            select t.agent_id from public.agent_task_queue t where t.id = c.task_id
            union all
            select m.agent_id from usage_rollup.moved m where m.task_id = c.task_id) b on true
        """;

    /// <summary>Finds the hours to drain next. Deletes and locks nothing.</summary>
    /// <param name="connection">A connection outside any transaction.</param>
    /// <param name="hours">Most live hours, and most backfill hours, to return.</param>
    /// <param name="horizon">Only marks beyond it; null for all.</param>
    /// <param name="workspaceId">Only marks that may affect this workspace; null for all.</param>
    public static async Task<MarkPick> PickAsync(
        NpgsqlConnection connection, int hours, MarkHorizon? horizon, Guid? workspaceId, CancellationToken cancellationToken)
    {
        // Entities first: each statement has its own snapshot, and another replica may expand an entity into hours in between. In
        // this order it is seen as the entity, as its hours, or as both, but never missed.
        var batch = connection.CreateBatch();
        await using var _batch = batch.ConfigureAwait(false);
        MarkHorizon.Bind(batch.Add(EntitiesPendingSql).Parameters, horizon);
        var pick = batch.Add(PickSql);
        pick.Parameters.AddWithValue("workspace_id", NpgsqlDbType.Uuid, (object?)workspaceId ?? DBNull.Value);
        pick.Parameters.AddWithValue("marks", MarksPerPick);
        pick.Parameters.AddWithValue("hours", hours);
        MarkHorizon.Bind(pick.Parameters, horizon);

        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var entitiesPending = reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        List<MarkedHour> picked = [];
        var lookedAt = 0L;
        var sides = (Live: 0, Backfill: 0);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var live = reader.GetBoolean(1);
            picked.Add(new(reader.GetHour(0), live, reader.GetString(2)));
            sides = live ? (sides.Live + 1, sides.Backfill) : (sides.Live, sides.Backfill + 1);
            lookedAt = reader.GetInt64(3);
        }

        return new(
            picked, entitiesPending, More: lookedAt == MarksPerPick || sides.Live == hours || sides.Backfill == hours);
    }

    /// <summary>
    /// Claims the picked marks of hours that the transaction has locked. This must be a statement of its own before the raw rows
    /// are read, so that the read's snapshot is newer than every claimed mark. Marks that commit later are not touched.
    /// </summary>
    public static async Task<ClaimedMarks> ClaimAsync(
        NpgsqlConnection connection, IReadOnlyCollection<MarkedHour> locked, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var _command = command.ConfigureAwait(false);
        command.CommandText = ClaimSql;
        command.Parameters.AddWithValue("marks", locked.Select(hour => hour.Marks).ToArray());
        command.Parameters.AddWithValue("hours", locked.Select(hour => hour.Hour.Start).ToArray());

        ClaimedMarks claimed = new();
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            claimed.TakenAt = reader.GetFieldValue<Instant>(5);
            if (!reader.IsDBNull(6) && reader.GetBoolean(6))
            {
                claimed.Drop(new(reader.GetHour(0), reader.GetNullableGuid(1), reader.GetInt64(7)));
                continue;
            }

            claimed.Add(
                reader.GetHour(0), reader.GetNullableGuid(1), reader.GetNullableGuid(2), reader.GetInt16(3), reader.GetFieldValue<Instant>(4));
        }

        return claimed;
    }

    /// <summary>
    /// Resolves claimed tasks to all their agents. An hour becomes a whole hour if one of its tasks has no known agent, or if it
    /// has very many tasks. Agents that are set aside and not due for a retry are left out.
    /// </summary>
    public static async Task<RecomputeSet> ResolveAsync(
        NpgsqlConnection connection, ClaimedMarks claimed, CancellationToken cancellationToken)
    {
        HashSet<HourBucket> whole =
        [
            .. claimed.WholeHours,
            .. claimed.Tasks.CountBy(task => task.Hour).Where(hour => hour.Value >= CrowdedHour).Select(hour => hour.Key),
        ];
        HashSet<(HourBucket Hour, Guid AgentId)> agents = [.. claimed.Agents];
        var tasks = claimed.Tasks.Where(task => !whole.Contains(task.Hour)).ToArray();
        var batch = connection.CreateBatch();
        await using var _batch = batch.ConfigureAwait(false);
        SetAsideAgents.AddReadTo(batch, claimed.Hours);
        if (tasks.Length > 0)
        {
            var command = batch.Add(ResolveSql);
            command.Parameters.AddWithValue("hours", Array.ConvertAll(tasks, task => task.Hour.Start));
            command.Parameters.AddWithValue("tasks", Array.ConvertAll(tasks, task => task.TaskId));
        }

        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        var setAside = await SetAsideAgents.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.GetNullableGuid(1) is { } agent)
            {
                agents.Add((reader.GetHour(0), agent));
            }
            else
            {
                whole.Add(reader.GetHour(0));
            }
        }

        return new(whole, agents, setAside);
    }
}
