-- The trigger functions append marks and do nothing else. None reads a table of the application, locks, or can raise:
-- the application's write must not fail, wait or see less because of a mark.
--
-- A usage row outside the years 2000 to 2100 is no part of the rollup and gets no mark. The predicate also drops
-- infinity and null before date_bin sees them. Hours are UTC whatever the session's zone, because the origin is.
--
-- A statement that inserts or deletes the usage of more than 16 tasks in an hour leaves one mark for the whole hour. The first
-- insert of each function is all that a small statement pays for; a bulk statement leaves up to 17 marks more than it needs.

create function usage_rollup.mark_inserted_usage() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    appended bigint;
begin
    insert into usage_rollup.dirty (bucket_hour, task_id)
    select date_bin('1 hour', n.created_at, timestamptz '2000-01-01 00:00:00+00'), n.task_id
    from new_rows n
    where n.created_at >= timestamptz '2000-01-01 00:00:00+00' and n.created_at < timestamptz '2101-01-01 00:00:00+00'
    limit 17;
    get diagnostics appended = row_count;

    if appended > 16 then
        insert into usage_rollup.dirty (bucket_hour, task_id)
        select h.hour, t.task_id
        from (
            select date_bin('1 hour', n.created_at, timestamptz '2000-01-01 00:00:00+00') as hour, array_agg(distinct n.task_id) as tasks
            from new_rows n
            where n.created_at >= timestamptz '2000-01-01 00:00:00+00' and n.created_at < timestamptz '2101-01-01 00:00:00+00'
            group by 1) h
        cross join lateral unnest(case when cardinality(h.tasks) > 16 then array[null::uuid] else h.tasks end) t (task_id);
    end if;
    return null;
end
$$;

create function usage_rollup.mark_deleted_usage() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    appended bigint;
begin
    insert into usage_rollup.dirty (bucket_hour, task_id)
    select date_bin('1 hour', o.created_at, timestamptz '2000-01-01 00:00:00+00'), o.task_id
    from old_rows o
    where o.created_at >= timestamptz '2000-01-01 00:00:00+00' and o.created_at < timestamptz '2101-01-01 00:00:00+00'
    limit 17;
    get diagnostics appended = row_count;

    if appended > 16 then
        insert into usage_rollup.dirty (bucket_hour, task_id)
        select h.hour, t.task_id
        from (
            select date_bin('1 hour', o.created_at, timestamptz '2000-01-01 00:00:00+00') as hour, array_agg(distinct o.task_id) as tasks
            from old_rows o
            where o.created_at >= timestamptz '2000-01-01 00:00:00+00' and o.created_at < timestamptz '2101-01-01 00:00:00+00'
            group by 1) h
        cross join lateral unnest(case when cardinality(h.tasks) > 16 then array[null::uuid] else h.tasks end) t (task_id);
    end if;
    return null;
end
$$;

-- A row trigger: an upsert that replaces figures then pays for one call, and one that changes no figure for none.
create function usage_rollup.mark_updated_usage() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if new.created_at >= timestamptz '2000-01-01 00:00:00+00' and new.created_at < timestamptz '2101-01-01 00:00:00+00' then
        insert into usage_rollup.dirty (bucket_hour, task_id)
        values (date_bin('1 hour', new.created_at, timestamptz '2000-01-01 00:00:00+00'), new.task_id);
    end if;

    if (old.created_at is distinct from new.created_at or old.task_id is distinct from new.task_id)
        and old.created_at >= timestamptz '2000-01-01 00:00:00+00' and old.created_at < timestamptz '2101-01-01 00:00:00+00'
    then
        insert into usage_rollup.dirty (bucket_hour, task_id)
        values (date_bin('1 hour', old.created_at, timestamptz '2000-01-01 00:00:00+00'), old.task_id);
    end if;
    return null;
end
$$;

create function usage_rollup.mark_everything() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into usage_rollup.dirty default values;
    return null;
end
$$;

create function usage_rollup.mark_moved_task() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if new.agent_id is distinct from old.agent_id then
        insert into usage_rollup.moved (task_id, agent_id) values (old.id, old.agent_id);
    end if;
    insert into usage_rollup.dirty (task_id) values (new.id);
    return null;
end
$$;

create function usage_rollup.remember_deleted_tasks() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into usage_rollup.moved (task_id, agent_id) select o.id, o.agent_id from old_rows o;
    return null;
end
$$;

create function usage_rollup.mark_issue() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into usage_rollup.dirty (issue_id) values (new.id);
    return null;
end
$$;

create function usage_rollup.mark_agent() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into usage_rollup.dirty (agent_id) values (new.id);
    return null;
end
$$;
