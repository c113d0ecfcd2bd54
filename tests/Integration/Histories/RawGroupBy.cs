using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Histories;

/// <summary>Compares the rollup with the GROUP BY of the raw rows in both directions, without using the engine's code.</summary>
internal static class RawGroupBy
{
    private const string DifferencesSql = """
        with raw as (
            select date_trunc('hour', u.created_at, 'UTC') as bucket_hour, a.workspace_id, t.runtime_id, t.agent_id, i.project_id,
                   lower(u.provider collate "C") collate "default" as provider, u.model,
                   sum(u.input_tokens), sum(u.output_tokens), sum(u.cache_read_tokens), sum(u.cache_write_tokens),
                   sum(coalesce(u.cost_usd_ticks, 0)),
                   sum(case when u.cost_usd_ticks is null then u.input_tokens else 0 end),
                   sum(case when u.cost_usd_ticks is null then u.output_tokens else 0 end),
                   sum(case when u.cost_usd_ticks is null then u.cache_read_tokens else 0 end),
                   sum(case when u.cost_usd_ticks is null then u.cache_write_tokens else 0 end),
                   count(distinct u.task_id), count(*),
                   case count(distinct u.provider collate "C")
                        when 1 then case when bool_and(u.provider = lower(u.provider collate "C")) then '' else min(u.provider) end
                        else '*' end
            from public.task_usage u
            join public.agent_task_queue t on t.id = u.task_id
            join public.agent a on a.id = t.agent_id
            left join public.issue i on i.id = t.issue_id
            where u.created_at between '2000-01-01 00:00:00+00' and '2100-12-31 23:59:59.999999+00'
            group by 1, 2, 3, 4, 5, 6, 7),
        rollup as (
            select bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model,
                   input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks,
                   uncosted_input_tokens, uncosted_output_tokens, uncosted_cache_read_tokens, uncosted_cache_write_tokens,
                   task_count, event_count, spelling
            from usage_rollup.hourly),
        raw_tasks as (
            select date_trunc('hour', u.created_at, 'UTC') as bucket_hour, a.workspace_id, t.runtime_id, t.agent_id, i.project_id,
                   array_agg(distinct u.task_id order by u.task_id) as task_ids
            from public.task_usage u
            join public.agent_task_queue t on t.id = u.task_id
            join public.agent a on a.id = t.agent_id
            left join public.issue i on i.id = t.issue_id
            where u.created_at between '2000-01-01 00:00:00+00' and '2100-12-31 23:59:59.999999+00'
            group by 1, 2, 3, 4, 5),
        rollup_tasks as (
            select bucket_hour, workspace_id, runtime_id, agent_id, project_id, usage_rollup.task_ids(task_ids) from usage_rollup.hourly_tasks),
        missing_tasks as (select * from raw_tasks except all select * from rollup_tasks),
        excess_tasks as (select * from rollup_tasks except all select * from raw_tasks),
        missing as (select * from raw except all select * from rollup),
        excess as (select * from rollup except all select * from raw)
        select 'only in the raw rows: ' || missing::text from missing
        union all
        select 'only in the rollup:   ' || excess::text from excess
        union all
        select 'tasks only in the raw rows: ' || missing_tasks::text from missing_tasks
        union all
        select 'tasks only in the rollup:   ' || excess_tasks::text from excess_tasks
        order by 1
        """;

    // The address of a row changes with every write to it, even one that leaves it as it was.
    private const string FingerprintSql = """
        select coalesce((select string_agg(h.ctid::text || h::text, e'\n' order by h::text) from usage_rollup.hourly h), '')
            || coalesce((select string_agg(h.ctid::text || h::text, e'\n' order by h::text) from usage_rollup.hourly_tasks h), '')
        """;

    /// <summary>All buckets that exist on one side only.</summary>
    public static Task<IReadOnlyList<string>> DifferencesAsync(TestDatabase database) =>
        database.QueryAsync<string>(DifferencesSql);

    /// <summary>The rollup including row addresses, which change with every write.</summary>
    public static Task<string> FingerprintAsync(TestDatabase database) => database.ScalarAsync<string>(FingerprintSql);
}
