create function usage_rollup.lag_seconds() returns double precision
    language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select greatest(coalesce(extract(epoch from clock_timestamp() - min(enqueued_at)), 0), 0)::double precision
    from usage_rollup.dirty
    where origin = 0
$$;

comment on function usage_rollup.lag_seconds() is
    'Age of the oldest pending live mark in seconds, by the database''s clock; 0 when there is none.';

create view usage_rollup.broken_trigger as
select coalesce(usage_rollup.table_name(e.relation), e.root) as relation, e.name
from usage_rollup.expected_trigger e
left join pg_trigger t on t.tgrelid = e.relation and t.tgname = e.name and not t.tgisinternal
-- 'O' fires in ordinary sessions and 'A' in all; 'R' only in replication, 'D' never.
where t.tgenabled is null or t.tgenabled not in ('O', 'A');

comment on view usage_rollup.broken_trigger is 'Triggers of the rollup that are missing or disabled. Normally empty.';

create view usage_rollup.status as
select
    m.pending_live,
    m.pending_backfill,
    greatest(coalesce(clock_timestamp() - m.oldest_live, interval '0'), interval '0') as oldest_live_age,
    exists (
        select from usage_rollup.backfill b
        where b.from_hour is null and b.to_hour is null and b.completed_at is not null) as complete,
    c.paused_at as paused_since,
    d.drain_started_at as last_drain_started_at,
    d.drain_ended_at as last_drain_ended_at,
    d.drain_rows as last_drain_rows,
    f.last_error,
    f.last_error_at,
    (select count(distinct s.bucket_hour) from usage_rollup.set_aside s) as failed_hours,
    (select count(*) from usage_rollup.set_aside s where s.bucket_hour is not null and s.agent_id is not null) as failed_agents,
    (select count(*) from usage_rollup.set_aside s where s.bucket_hour is null) as failed_entities,
    array(
        select concat_ws(
            ', ',
            'hour ' || to_char(s.bucket_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'task ' || s.task_id, 'issue ' || s.issue_id, 'agent ' || s.agent_id)
        from usage_rollup.set_aside s
        order by s.first_failed_at limit 100) as set_aside,
    (select count(*) from public.task_usage u
     where u.created_at < timestamptz '2000-01-01 00:00:00+00' or u.created_at >= timestamptz '2101-01-01 00:00:00+00'
    ) as rows_out_of_range,
    array(select t.relation || '.' || t.name from usage_rollup.broken_trigger t order by 1) as broken_triggers,
    (select max(r.heartbeat_at) from usage_rollup.replica r) as last_heartbeat_at,
    array(select t.name || ': ' || t.change from usage_rollup.changed_table t order by 1) as changed_tables,
    v.ended_at as last_verified_at,
    v.drift_count as last_verified_drift,
    c.frozen_before,
    (select count(*) from usage_rollup.late_usage) as late_rows
from usage_rollup.control c
cross join (
    select count(*) filter (where origin = 0) as pending_live,
           count(*) filter (where origin <> 0) as pending_backfill,
           min(enqueued_at) filter (where origin = 0) as oldest_live
    from usage_rollup.dirty) m
left join lateral (
    select r.drain_started_at, r.drain_ended_at, r.drain_rows
    from usage_rollup.replica r
    where r.drain_ended_at is not null
    order by r.drain_ended_at desc limit 1) d on true
left join lateral (
    select r.last_error, r.last_error_at
    from usage_rollup.replica r
    where r.last_error_at is not null
    order by r.last_error_at desc limit 1) f on true
left join lateral (
    select v.ended_at, v.drift_count
    from usage_rollup.verification v
    where v.error is null
    order by v.id desc limit 1) v on true;

comment on view usage_rollup.status is 'One row: what is pending, failed and running. For monitoring with plain SQL.';
