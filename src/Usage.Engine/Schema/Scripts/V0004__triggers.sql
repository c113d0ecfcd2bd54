-- Defines which triggers belong on which table, and installs them. Partitions, including later ones, inherit row triggers from
-- the partitioned table, but not statement triggers.

create function usage_rollup.table_tree(root regclass) returns setof regclass
    language sql stable set search_path = pg_catalog, pg_temp
as $$
    select root where root is not null
    union
    select relid from pg_partition_tree(root)
$$;

comment on function usage_rollup.table_tree(regclass) is 'A table and all its partitions, at any depth.';

create function usage_rollup.table_name(relation regclass) returns text
    language sql stable set search_path = pg_catalog, pg_temp
as $$
    select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = relation
$$;

-- No column lists: "update of" misses what a BEFORE trigger of the application changed.
create view usage_rollup.expected_trigger as
select r.root, m.relation, t.name, t.inherited, t.definition
from (values ('public.task_usage'), ('public.agent_task_queue'), ('public.issue'), ('public.agent')) r (root)
left join lateral usage_rollup.table_tree(to_regclass(r.root)) m (relation) on true
left join pg_class c on c.oid = to_regclass(r.root)
join (values
    ('public.task_usage', 'usage_rollup_insert', null, true,
     'after insert on %s for each row execute function usage_rollup.mark_inserted_usage()'),
    ('public.task_usage', 'usage_rollup_update', null, true,
     'after update on %s for each row execute function usage_rollup.mark_updated_usage()'),
    ('public.task_usage', 'usage_rollup_delete', false, false,
     'after delete on %s referencing old table as old_rows for each statement execute function usage_rollup.mark_deleted_usage()'),
    -- An update that moves a row to another partition fires no statement trigger for the delete, and a partition's row trigger
    -- can't have a transition table.
    ('public.task_usage', 'usage_rollup_delete', true, true,
     'after delete on %s for each row execute function usage_rollup.mark_deleted_usage_row()'),
    ('public.task_usage', 'usage_rollup_truncate', null, false,
     'after truncate on %s for each statement execute function usage_rollup.mark_everything()'),
    ('public.agent_task_queue', 'usage_rollup_move', null, true,
     'after update on %s for each row '
     'when (old.runtime_id is distinct from new.runtime_id or old.issue_id is distinct from new.issue_id '
     'or old.agent_id is distinct from new.agent_id) execute function usage_rollup.mark_moved_task()'),
    ('public.agent_task_queue', 'usage_rollup_delete', false, false,
     'after delete on %s referencing old table as old_rows for each statement execute function usage_rollup.remember_deleted_tasks()'),
    ('public.agent_task_queue', 'usage_rollup_delete', true, true,
     'after delete on %s for each row execute function usage_rollup.remember_deleted_task()'),
    ('public.issue', 'usage_rollup_move', null, true,
     'after update on %s for each row when (old.project_id is distinct from new.project_id) execute function usage_rollup.mark_issue()'),
    ('public.agent', 'usage_rollup_move', null, true,
     'after update on %s for each row when (old.workspace_id is distinct from new.workspace_id) execute function usage_rollup.mark_agent()')
    ) t (root, name, partitioned, inherited, definition)
    on t.root = r.root and (t.partitioned is null or t.partitioned = (c.relkind is not distinct from 'p'));

-- The tables that held usage and tasks when everything was last marked.
create table usage_rollup.followed_table (
    relation  regclass primary key,
    name      text not null
);

create view usage_rollup.followable_table as
select m.relation, usage_rollup.table_name(m.relation) as name
from (values ('public.task_usage'), ('public.agent_task_queue')) r (root)
cross join lateral usage_rollup.table_tree(to_regclass(r.root)) m (relation);

create view usage_rollup.changed_table as
select coalesce(n.name, f.name) as name, case when f.relation is null then 'added since the last migration or start' else 'detached or dropped' end as change
from usage_rollup.followed_table f
full join usage_rollup.followable_table n on n.relation = f.relation
where f.relation is null or n.relation is null;

comment on view usage_rollup.changed_table is
    'Partitions that were added or removed, which no trigger marks. The next start of a host, or migrate, marks everything. Normally empty.';

-- Creating a trigger waits for all writers of the table, so the mark that follows covers everything they wrote.
create function usage_rollup.install_triggers(of_root text) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    missing    record;
    installed  bigint := 0;
begin
    for missing in
        select e.relation, e.name, e.definition
        from usage_rollup.expected_trigger e
        where e.root = of_root
          and (e.relation = to_regclass(e.root) or not e.inherited)
          and not exists (select from pg_trigger t where t.tgrelid = e.relation and t.tgname = e.name)
    loop
        execute format('create trigger %I ' || missing.definition, missing.name, usage_rollup.table_name(missing.relation));
        installed := installed + 1;
    end loop;

    if installed > 0 and exists (select from usage_rollup.followed_table) then
        insert into usage_rollup.dirty default values;
    end if;
    return installed;
end
$$;

create function usage_rollup.follow_tables() returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    first_time boolean := not exists (select from usage_rollup.followed_table);
begin
    if not exists (select from usage_rollup.changed_table) then
        return false;
    end if;

    delete from usage_rollup.followed_table f
    where not exists (select from usage_rollup.followable_table n where n.relation = f.relation);
    insert into usage_rollup.followed_table (relation, name)
    select n.relation, n.name from usage_rollup.followable_table n on conflict do nothing;
    -- Inserted after the tables were read, so that this mark covers everything that existed by then.
    if not first_time then
        insert into usage_rollup.dirty default values;
    end if;
    return true;
end
$$;

set local lock_timeout = '100ms';

select usage_rollup.install_triggers('public.task_usage');
