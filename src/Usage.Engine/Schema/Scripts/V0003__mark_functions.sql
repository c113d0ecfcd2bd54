-- The trigger functions only append marks. They don't read the application's tables, lock rows or raise errors: a mark must never
-- make the application's write fail or wait.
--
-- Usage rows outside the years 2000 to 2100 are not part of the rollup and get no mark. The predicate also keeps infinity and
-- NULL away from date_bin. Hours are UTC whatever the session's time zone, because the origin is.
--
-- Inserts and updates are marked by row triggers, so that an upsert costs one call. That call is kept cheap:
-- * The function itself checks what changed. PostgreSQL parses a trigger's "when" clause again for every statement, which would cost more than the mark.
-- * These two functions don't depend on search_path. A "set search_path" clause would cost as much as the mark, because PostgreSQL 15 walks all its settings to undo it. Instead every function and operator is schema-qualified, and types are named by keywords.
create function usage_rollup.mark_inserted_usage() returns trigger
    language plpgsql security definer
as $$
begin
    if new.created_at operator(pg_catalog.>=) timestamp with time zone '2000-01-01 00:00:00+00'
        and new.created_at operator(pg_catalog.<) timestamp with time zone '2101-01-01 00:00:00+00'
    then
        insert into usage_rollup.dirty (bucket_hour, task_id)
        values (
            pg_catalog.date_bin(interval '1 hour', new.created_at, timestamp with time zone '2000-01-01 00:00:00+00'), new.task_id);
    end if;
    return null;
end
$$;

-- Only an update that affects a bucket leaves a mark. The cost may be NULL, and in some applications the time; other columns may
-- not. The first condition alone covers the common upsert, which changes a counter and nothing else.
create function usage_rollup.mark_updated_usage() returns trigger
    language plpgsql security definer
as $$
begin
    if old.created_at operator(pg_catalog.=) new.created_at
        and old.task_id operator(pg_catalog.=) new.task_id
        and new.created_at operator(pg_catalog.>=) timestamp with time zone '2000-01-01 00:00:00+00'
        and new.created_at operator(pg_catalog.<) timestamp with time zone '2101-01-01 00:00:00+00'
        and (
            old.input_tokens operator(pg_catalog.<>) new.input_tokens
            or old.output_tokens operator(pg_catalog.<>) new.output_tokens
            or old.cache_read_tokens operator(pg_catalog.<>) new.cache_read_tokens
            or old.cache_write_tokens operator(pg_catalog.<>) new.cache_write_tokens
            or old.provider operator(pg_catalog.<>) new.provider
            or old.model operator(pg_catalog.<>) new.model
            or (old.cost_usd_ticks operator(pg_catalog.=) new.cost_usd_ticks) is not true
                and (old.cost_usd_ticks is not null or new.cost_usd_ticks is not null))
    then
        insert into usage_rollup.dirty (bucket_hour, task_id)
        values (
            pg_catalog.date_bin(interval '1 hour', new.created_at, timestamp with time zone '2000-01-01 00:00:00+00'), new.task_id);
    elsif (old.created_at operator(pg_catalog.=) new.created_at) is not true or old.task_id operator(pg_catalog.<>) new.task_id then
        insert into usage_rollup.dirty (bucket_hour, task_id)
        select pg_catalog.date_bin(interval '1 hour', place.created_at, timestamp with time zone '2000-01-01 00:00:00+00'), place.task_id
        from (values (old.created_at, old.task_id), (new.created_at, new.task_id)) place (created_at, task_id)
        where place.created_at operator(pg_catalog.>=) timestamp with time zone '2000-01-01 00:00:00+00'
          and place.created_at operator(pg_catalog.<) timestamp with time zone '2101-01-01 00:00:00+00';
    end if;
    return null;
end
$$;

-- A statement that deletes the usage of more than 16 tasks in an hour leaves one mark for the whole hour. A small statement
-- executes only the first insert; a bulk statement leaves up to 17 redundant marks. Nothing depends on what is deleted behind the horizon,
-- which never moves back.
create function usage_rollup.mark_deleted_usage() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    appended bigint;
    first_hour timestamptz := greatest((select c.frozen_before from usage_rollup.control c), timestamptz '2000-01-01 00:00:00+00');
begin
    insert into usage_rollup.dirty (bucket_hour, task_id)
    select date_bin('1 hour', o.created_at, timestamptz '2000-01-01 00:00:00+00'), o.task_id
    from old_rows o
    where o.created_at >= first_hour and o.created_at < timestamptz '2101-01-01 00:00:00+00'
    limit 17;
    get diagnostics appended = row_count;

    if appended > 16 then
        insert into usage_rollup.dirty (bucket_hour, task_id)
        select h.hour, t.task_id
        from (
            select date_bin('1 hour', o.created_at, timestamptz '2000-01-01 00:00:00+00') as hour, array_agg(distinct o.task_id) as tasks
            from old_rows o
            where o.created_at >= first_hour and o.created_at < timestamptz '2101-01-01 00:00:00+00'
            group by 1) h
        cross join lateral unnest(case when cardinality(h.tasks) > 16 then array[null::uuid] else h.tasks end) t (task_id);
    end if;
    return null;
end
$$;

-- The equivalent for partitioned tables. Every partition has the row trigger, and only a row trigger fires when an update moves a
-- row to another partition.
create function usage_rollup.mark_deleted_usage_row() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if old.created_at >= timestamptz '2000-01-01 00:00:00+00' and old.created_at < timestamptz '2101-01-01 00:00:00+00' then
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

create function usage_rollup.remember_deleted_task() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into usage_rollup.moved (task_id, agent_id) values (old.id, old.agent_id);
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
