-- Dropping a trigger on the table also drops it on its partitions. Partitions also have triggers of their own.
do $$
declare
    own record;
begin
    for own in
        select format('%I.%I', n.nspname, c.relname) as relation, t.tgname
        from (select to_regclass('public.task_usage') union select relid from pg_partition_tree('public.task_usage')) m (relation)
        join pg_trigger t on t.tgrelid = m.relation
        join pg_class c on c.oid = t.tgrelid
        join pg_namespace n on n.oid = c.relnamespace
        where starts_with(t.tgname, 'usage_rollup_') and t.tgparentid = 0
          and t.tgfoid in (select p.oid from pg_proc p where p.pronamespace = to_regnamespace('usage_rollup'))
    loop
        execute format('drop trigger %I on %s', own.tgname, own.relation);
    end loop;
end
$$;
