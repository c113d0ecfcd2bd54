-- The whole rollup by a statement a table, into the same tables and indexes.
insert into usage_rollup.hourly (
    bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks,
    uncosted_input_tokens, uncosted_output_tokens, uncosted_cache_read_tokens, uncosted_cache_write_tokens,
    task_count, event_count)
select date_bin('1 hour', u.created_at, timestamptz '2000-01-01 00:00:00+00'),
       a.workspace_id, t.runtime_id, t.agent_id, i.project_id, lower(u.provider collate "C"), u.model,
       sum(u.input_tokens), sum(u.output_tokens), sum(u.cache_read_tokens), sum(u.cache_write_tokens),
       coalesce(sum(u.cost_usd_ticks), 0),
       coalesce(sum(u.input_tokens)       filter (where u.cost_usd_ticks is null), 0),
       coalesce(sum(u.output_tokens)      filter (where u.cost_usd_ticks is null), 0),
       coalesce(sum(u.cache_read_tokens)  filter (where u.cost_usd_ticks is null), 0),
       coalesce(sum(u.cache_write_tokens) filter (where u.cost_usd_ticks is null), 0),
       count(distinct u.task_id), count(*)
from public.task_usage u
join public.agent_task_queue t on t.id = u.task_id
join public.agent a on a.id = t.agent_id
left join public.issue i on i.id = t.issue_id
group by 1, 2, 3, 4, 5, 6, 7;

insert into usage_rollup.hourly_tasks (bucket_hour, workspace_id, runtime_id, agent_id, project_id, task_ids)
select date_bin('1 hour', u.created_at, timestamptz '2000-01-01 00:00:00+00'),
       a.workspace_id, t.runtime_id, t.agent_id, i.project_id, string_agg(distinct uuid_send(u.task_id), '' order by uuid_send(u.task_id))
from public.task_usage u
join public.agent_task_queue t on t.id = u.task_id
join public.agent a on a.id = t.agent_id
left join public.issue i on i.id = t.issue_id
group by 1, 2, 3, 4, 5
