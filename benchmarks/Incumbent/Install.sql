-- An independent implementation of the design that the engine replaces: a table of unique dirty keys, a watermark on updated_at,
-- and a function that recomputes each key from all tasks of its runtime and agent, with the indexes that its operators would add.
create schema incumbent;

create table incumbent.hourly (like usage_rollup.hourly including defaults);
create table incumbent.hourly_tasks (like usage_rollup.hourly_tasks);
alter table incumbent.hourly_tasks alter column task_ids type uuid[] using usage_rollup.task_ids(task_ids), alter column task_ids set storage external;

create table incumbent.dirty_key (
    bucket_hour   timestamptz not null,
    workspace_id  uuid        not null,
    runtime_id    uuid        not null,
    agent_id      uuid        not null,
    project_id    uuid,
    provider      text        not null,
    model         text        not null,
    unique nulls not distinct (bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model)
);

create table incumbent.watermark (seen_until timestamptz not null);
insert into incumbent.watermark select coalesce(max(updated_at), '-infinity') from public.task_usage;

insert into incumbent.hourly select * from usage_rollup.hourly;
create unique index on incumbent.hourly
    (bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model) nulls not distinct;
create index on incumbent.hourly (workspace_id, bucket_hour);
create index on incumbent.hourly (runtime_id, bucket_hour);
create index on incumbent.hourly (agent_id, bucket_hour);
create index on incumbent.hourly (project_id, bucket_hour);

insert into incumbent.hourly_tasks
select bucket_hour, agent_id, workspace_id, runtime_id, project_id, usage_rollup.task_ids(task_ids) from usage_rollup.hourly_tasks;
create unique index on incumbent.hourly_tasks (bucket_hour, agent_id, workspace_id, runtime_id, project_id) nulls not distinct;
create index on incumbent.hourly_tasks (workspace_id, bucket_hour);
create index on public.task_usage (updated_at);

create function incumbent.recompute() returns bigint language plpgsql as $$
declare
    until  timestamptz := clock_timestamp();
    keys   bigint;
begin
    perform pg_advisory_xact_lock(7251);

    insert into incumbent.dirty_key
    select distinct date_trunc('hour', u.created_at, 'UTC'), a.workspace_id, t.runtime_id, t.agent_id, i.project_id,
           lower(u.provider collate "C"), u.model
    from public.task_usage u
    join public.agent_task_queue t on t.id = u.task_id
    join public.agent a on a.id = t.agent_id
    left join public.issue i on i.id = t.issue_id
    where u.updated_at > (select seen_until from incumbent.watermark) and u.updated_at <= until and t.runtime_id is not null
    on conflict do nothing;

    -- The rows are read once for both tables. Like the buckets, sets of tasks only grow: the incumbent sees no delete and no move.
    with used as materialized (
        select k.bucket_hour, k.workspace_id, k.runtime_id, k.agent_id, k.project_id, k.provider, k.model,
               u.task_id, u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens, u.cost_usd_ticks
        from incumbent.dirty_key k
        join public.agent_task_queue t on t.runtime_id = k.runtime_id and t.agent_id = k.agent_id
        left join public.issue i on i.id = t.issue_id
        join public.task_usage u on u.task_id = t.id
        where date_trunc('hour', u.created_at, 'UTC') = k.bucket_hour
          and i.project_id is not distinct from k.project_id
          and lower(u.provider collate "C") = k.provider
          and u.model = k.model),
    buckets as (
        insert into incumbent.hourly as h (
            bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model,
            input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks,
            uncosted_input_tokens, uncosted_output_tokens, uncosted_cache_read_tokens, uncosted_cache_write_tokens,
            task_count, event_count)
        select u.bucket_hour, u.workspace_id, u.runtime_id, u.agent_id, u.project_id, u.provider, u.model,
               sum(u.input_tokens), sum(u.output_tokens), sum(u.cache_read_tokens), sum(u.cache_write_tokens),
               coalesce(sum(u.cost_usd_ticks), 0),
               coalesce(sum(u.input_tokens)       filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.output_tokens)      filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.cache_read_tokens)  filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.cache_write_tokens) filter (where u.cost_usd_ticks is null), 0),
               count(distinct u.task_id), count(*)
        from used u
        group by 1, 2, 3, 4, 5, 6, 7
        on conflict (bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model) do update
        set input_tokens                = excluded.input_tokens,
            output_tokens               = excluded.output_tokens,
            cache_read_tokens           = excluded.cache_read_tokens,
            cache_write_tokens          = excluded.cache_write_tokens,
            cost_usd_ticks              = excluded.cost_usd_ticks,
            uncosted_input_tokens       = excluded.uncosted_input_tokens,
            uncosted_output_tokens      = excluded.uncosted_output_tokens,
            uncosted_cache_read_tokens  = excluded.uncosted_cache_read_tokens,
            uncosted_cache_write_tokens = excluded.uncosted_cache_write_tokens,
            task_count                  = excluded.task_count,
            event_count                 = excluded.event_count,
            updated_at                  = now())
    insert into incumbent.hourly_tasks as h (bucket_hour, agent_id, workspace_id, runtime_id, project_id, task_ids)
    select u.bucket_hour, u.agent_id, u.workspace_id, u.runtime_id, u.project_id, array_agg(distinct u.task_id order by u.task_id)
    from used u
    group by 1, 2, 3, 4, 5
    on conflict (bucket_hour, agent_id, workspace_id, runtime_id, project_id) do update
    set task_ids = array(select unnest(h.task_ids) union select unnest(excluded.task_ids) order by 1);

    delete from incumbent.dirty_key;
    get diagnostics keys = row_count;
    update incumbent.watermark set seen_until = until;
    return keys;
end
$$;
