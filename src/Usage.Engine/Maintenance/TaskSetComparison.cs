using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Maintenance;

/// <summary>The distinct tasks of each hour and attribution by PostgreSQL itself, beside those that drains have stored.</summary>
internal static class TaskSetComparison
{
    // One group where both sides agree, one a side where they don't. Sets are equal in the same order only, which is part of the contract.
    private const string DifferencesSql = $"""
        with side as (
            select true as is_raw,
                   {HourSql.OfUsage} as bucket_hour,
                   a.workspace_id, t.runtime_id, t.agent_id, i.project_id,
                   string_agg(distinct uuid_send(u.task_id), '' order by uuid_send(u.task_id)) as task_ids
            from public.task_usage u
            join public.agent_task_queue t on t.id = u.task_id
            join public.agent a on a.id = t.agent_id
            left join public.issue i on i.id = t.issue_id
            where u.created_at >= @from and u.created_at < @to
            group by 2, 3, 4, 5, 6
            union all
            select false, bucket_hour, workspace_id, runtime_id, agent_id, project_id, task_ids
            from usage_rollup.hourly_tasks
            where bucket_hour >= @from and bucket_hour < @to),
        differing as (
            select bucket_hour, workspace_id, runtime_id, agent_id, project_id, (octet_length(task_ids) / 16)::bigint as tasks,
                   bool_or(is_raw) as is_raw
            from side
            group by bucket_hour, workspace_id, runtime_id, agent_id, project_id, task_ids
            having count(*) = 1)
        select bucket_hour, workspace_id, runtime_id, agent_id, project_id,
               max(tasks) filter (where is_raw), max(tasks) filter (where not is_raw)
        from differing
        group by 1, 2, 3, 4, 5
        order by 1, 2, 3, 4, 5
        """;

    /// <summary>The sets of [from, to) that differ, by key.</summary>
    public static async Task<IReadOnlyList<TaskSetDrift>> DifferencesAsync(
        NpgsqlConnection connection, Instant from, Instant to, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(DifferencesSql, connection) { CommandTimeout = 0 };
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("to", to);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<TaskSetDrift> differences = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            differences.Add(new(
                reader.GetFieldValue<Instant>(0), reader.GetGuid(1), reader.GetNullableGuid(2), reader.GetGuid(3),
                reader.GetNullableGuid(4), reader.GetNullableInt64(5), reader.GetNullableInt64(6)));
        }

        return differences;
    }
}
