using NodaTime;
using Npgsql;
using NpgsqlTypes;
using Usage.Engine.Database;
using Usage.Engine.Marks;
using Usage.Engine.Rollup;

namespace Usage.Engine.Draining;

/// <summary>
/// Reads the usage to recompute in two statements: first the tasks with usage in the hours, each once with its attribution, then
/// the usage rows. A row whose task the first statement did not see was committed later and brings its own mark.
/// </summary>
internal static class RawUsageReader
{
    /// <summary>
    /// Hours are read as one range of <c>created_at</c> if it is at most this many times as long as the hours; otherwise each
    /// hour is read separately.
    /// </summary>
    private const int MaxSpanPerHour = 4;

    // The bounds tell the planner how many rows there are, and so whether to probe for their tasks or to hash all tasks once.
    // "offset 0" is an optimisation fence: otherwise a plan might start from the agents and read every task that they ever ran.
    private const string TasksOfRangeSql = """
        select t.id, t.agent_id, a.workspace_id, t.runtime_id, i.project_id
        from (
            select q.id, q.agent_id, q.runtime_id, q.issue_id
            from public.agent_task_queue q
            where q.id in (select u.task_id from public.task_usage u where u.created_at >= @from and u.created_at < @to)
            offset 0) t
        join public.agent a on a.id = t.agent_id
        left join public.issue i on i.id = t.issue_id
        where @agents::uuid[] is null or t.agent_id = any (@agents)
        """;

    private const string RowsOfRangeSql = """
        select u.task_id, u.created_at, u.provider, u.model,
               u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens, u.cost_usd_ticks
        from public.task_usage u
        where u.created_at >= @from and u.created_at < @to
        """;

    // One index probe per hour: the fence keeps plans from reading the rows between the hours.
    private const string TasksOfHoursSql = """
        select t.id, t.agent_id, a.workspace_id, t.runtime_id, i.project_id
        from (
            select q.id, q.agent_id, q.runtime_id, q.issue_id
            from (
                select distinct u.task_id
                from unnest(@hours) h (bucket_hour)
                cross join lateral (
                    select x.task_id from public.task_usage x
                    where x.created_at >= h.bucket_hour and x.created_at < h.bucket_hour + interval '1 hour' offset 0) u) d
            cross join lateral (select p.* from public.agent_task_queue p where p.id = d.task_id offset 0) q
            offset 0) t
        join public.agent a on a.id = t.agent_id
        left join lateral (select s.project_id from public.issue s where s.id = t.issue_id offset 0) i on true
        where @agents::uuid[] is null or t.agent_id = any (@agents)
        """;

    private const string RowsOfHoursSql = """
        select u.*
        from unnest(@hours) h (bucket_hour)
        cross join lateral (
            select x.task_id, x.created_at, x.provider, x.model,
                   x.input_tokens, x.output_tokens, x.cache_read_tokens, x.cache_write_tokens, x.cost_usd_ticks
            from public.task_usage x
            where x.created_at >= h.bucket_hour and x.created_at < h.bucket_hour + interval '1 hour' offset 0) u
        """;

    /// <summary>Reads the attribution of the tasks with usage in the set's hours into an empty rollup.</summary>
    public static async Task ReadTasksAsync(
        NpgsqlConnection connection, RecomputeSet set, HourRollup rollup, CancellationToken cancellationToken)
    {
        if (set.IsEmpty)
        {
            return;
        }

        var command = connection.CreateCommand();
        await using var _command = command.ConfigureAwait(false);
        command.CommandText = IsRange(set) ? TasksOfRangeSql : TasksOfHoursSql;
        AddHours(command.Parameters, set);
        command.Parameters.AddWithValue(
            "agents", NpgsqlDbType.Array | NpgsqlDbType.Uuid,
            set.WholeHours.Count > 0 ? DBNull.Value : set.Agents.Select(pair => pair.AgentId).Distinct().ToArray());
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rollup.Attribute(
                reader.GetGuid(0), new(reader.GetGuid(1), reader.GetGuid(2), reader.GetNullableGuid(3), reader.GetNullableGuid(4)));
        }
    }

    /// <summary>Adds the statement that reads the usage rows to a batch.</summary>
    public static void AddRowsTo(NpgsqlBatch batch, RecomputeSet set) =>
        AddHours(batch.Add(IsRange(set) ? RowsOfRangeSql : RowsOfHoursSql).Parameters, set);

    /// <summary>Adds the rows of attributed tasks, and skips rows of the range that are not in the set.</summary>
    public static async Task ReadRowsAsync(
        NpgsqlDataReader reader, RecomputeSet set, HourRollup rollup, CancellationToken cancellationToken)
    {
        var holdsAll = set.WholeHours.Count == SpannedHours(set) && set.Deferred.Count == 0;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (rollup.TryFind(reader.GetGuid(0), out var task))
            {
                var row = Row(reader);
                if (holdsAll || set.Holds(HourBucket.Containing(row.CreatedAt), rollup.AttributionOf(task).AgentId))
                {
                    rollup.Add(task, row);
                }
            }
        }
    }

    private static void AddHours(NpgsqlParameterCollection parameters, RecomputeSet set)
    {
        if (IsRange(set))
        {
            parameters.AddWithValue("from", set.Hours[0].Start);
            parameters.AddWithValue("to", set.Hours[^1].End);
        }
        else
        {
            parameters.AddWithValue("hours", set.Hours.Select(hour => hour.Start).ToArray());
        }
    }

    private static bool IsRange(RecomputeSet set) => SpannedHours(set) <= set.Hours.Count * MaxSpanPerHour;

    private static int SpannedHours(RecomputeSet set) => set.Hours[^1].Number - set.Hours[0].Number + 1;

    private static UsageRow Row(NpgsqlDataReader reader) => new(
        reader.GetFieldValue<Instant>(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), reader.GetInt64(5),
        reader.GetInt64(6), reader.GetInt64(7), reader.GetNullableInt64(8));
}
