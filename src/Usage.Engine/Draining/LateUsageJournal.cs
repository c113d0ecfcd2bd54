using Npgsql;
using NpgsqlTypes;
using Usage.Engine.Database;
using Usage.Engine.Marks;

namespace Usage.Engine.Draining;

/// <summary>
/// Lists usage that was written behind the horizon. When the horizon moved, no mark was pending there: so whatever marks such an hour committed
/// later. What it wrote are the rows that are not older than its transaction; a deletion, or a task that moved, leaves none.
/// </summary>
internal static class LateUsageJournal
{
    private const string NoteSql = """
        insert into usage_rollup.late_usage as l (
            bucket_hour, task_id, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks)
        select distinct on (u.task_id, u.provider, u.model)
               m.bucket_hour, u.task_id, u.provider, u.model, u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens, u.cost_usd_ticks
        from unnest(@hours, @tasks, @xids) m (bucket_hour, task_id, xid)
        cross join lateral (
            select r.*, r.xmin as written_by from public.task_usage r
            where r.task_id = m.task_id and r.created_at >= m.bucket_hour and r.created_at < m.bucket_hour + interval '1 hour'
            union all
            select r.*, r.xmin from public.task_usage r
            where m.task_id is null and r.created_at >= m.bucket_hour and r.created_at < m.bucket_hour + interval '1 hour') u
        where age(u.written_by) <= age(m.xid::text::xid8::xid)
        order by u.task_id, u.provider, u.model
        on conflict (task_id, provider, model) do update
        set bucket_hour        = excluded.bucket_hour,
            input_tokens       = excluded.input_tokens,
            output_tokens      = excluded.output_tokens,
            cache_read_tokens  = excluded.cache_read_tokens,
            cache_write_tokens = excluded.cache_write_tokens,
            cost_usd_ticks     = excluded.cost_usd_ticks,
            noted_at           = clock_timestamp()
        """;

    /// <summary>Adds the statement that lists what the marks' transactions wrote.</summary>
    public static void AddTo(NpgsqlBatch batch, IReadOnlyCollection<FrozenMark> marks)
    {
        if (marks.Count == 0)
        {
            return;
        }

        var parameters = batch.Add(NoteSql).Parameters;
        parameters.AddWithValue("hours", marks.Select(mark => mark.Hour.Start).ToArray());
        parameters.AddWithValue("tasks", NpgsqlDbType.Array | NpgsqlDbType.Uuid, marks.Select(mark => mark.TaskId).ToArray());
        parameters.AddWithValue("xids", marks.Select(mark => mark.Xid).ToArray());
    }
}
