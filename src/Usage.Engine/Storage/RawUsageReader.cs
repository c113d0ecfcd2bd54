using NodaTime;
using Npgsql;
using Usage.Engine.Marks;
using Usage.Engine.Rollup;

namespace Usage.Engine.Storage;

/// <summary>Reads the usage rows of what is recomputed, with their attribution.</summary>
internal static class RawUsageReader
{
    // The plan is the same at any size: the hour's rows by created_at, then one probe a row. Each "offset 0" is a fence that keeps
    // the planner from joining the other way around, through every task that an agent ever ran.
    private const string WholeHoursSql = """
        select u.created_at, u.task_id, t.agent_id, a.workspace_id, t.runtime_id, i.project_id, u.provider, u.model,
               u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens, u.cost_usd_ticks
        from unnest(@hours) h (bucket_hour)
        cross join lateral (
            select x.* from public.task_usage x
            where x.created_at >= h.bucket_hour and x.created_at < h.bucket_hour + interval '1 hour' offset 0) u
        cross join lateral (select q.* from public.agent_task_queue q where q.id = u.task_id offset 0) t
        cross join lateral (select g.workspace_id from public.agent g where g.id = t.agent_id offset 0) a
        left join lateral (select s.project_id from public.issue s where s.id = t.issue_id offset 0) i on true
        """;

    private const string AgentsSql = """
        select u.created_at, u.task_id, t.agent_id, a.workspace_id, t.runtime_id, i.project_id, u.provider, u.model,
               u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens, u.cost_usd_ticks
        from (select distinct x.bucket_hour from unnest(@hours) x (bucket_hour)) h
        cross join lateral (
            select x.* from public.task_usage x
            where x.created_at >= h.bucket_hour and x.created_at < h.bucket_hour + interval '1 hour' offset 0) u
        cross join lateral (
            select q.* from public.agent_task_queue q
            where q.id = u.task_id
              and (h.bucket_hour, q.agent_id) in (select w.bucket_hour, w.agent_id from unnest(@hours, @agents) w (bucket_hour, agent_id))
            offset 0) t
        cross join lateral (select g.workspace_id from public.agent g where g.id = t.agent_id offset 0) a
        left join lateral (select s.project_id from public.issue s where s.id = t.issue_id offset 0) i on true
        """;

    /// <summary>Adds the rows to the rollup; holds none of them.</summary>
    public static async Task ReadAsync(
        NpgsqlConnection connection, RecomputeSet set, HourRollup rollup, CancellationToken cancellationToken)
    {
        var inBulk = BulkUsageReader.Suits(set.WholeHours);
        if (inBulk)
        {
            await BulkUsageReader.ReadAsync(connection, set.WholeHours, rollup, cancellationToken);
        }

        await using var batch = connection.CreateBatch();
        if (!inBulk && set.WholeHours.Count > 0)
        {
            batch.Add(WholeHoursSql).Parameters.AddWithValue("hours", set.WholeHours.Select(hour => hour.Start).ToArray());
        }

        if (set.Agents.Count > 0)
        {
            var command = batch.Add(AgentsSql);
            command.Parameters.AddWithValue("hours", set.Agents.Select(pair => pair.Hour.Start).ToArray());
            command.Parameters.AddWithValue("agents", set.Agents.Select(pair => pair.AgentId).ToArray());
        }

        if (batch.BatchCommands.Count == 0)
        {
            return;
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        do
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                rollup.Add(Row(reader));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));
    }

    /// <summary>The row that a reader is on, of the columns that every read of usage has.</summary>
    public static UsageRow Row(NpgsqlDataReader reader) => new(
        reader.GetFieldValue<Instant>(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetGuid(3), reader.GetNullableGuid(4),
        reader.GetNullableGuid(5), reader.GetString(6), reader.GetString(7), reader.GetInt64(8), reader.GetInt64(9),
        reader.GetInt64(10), reader.GetInt64(11), reader.GetNullableInt64(12));
}
