-- Everything that Usage added, but task_usage.cost_usd_ticks: it holds data. Indexes are dropped concurrently, one by one.
drop schema if exists usage_rollup cascade;

do $$
begin
    if col_description('public.task_usage'::regclass, (
        select attnum from pg_attribute
        where attrelid = 'public.task_usage'::regclass and attname = 'updated_at' and not attisdropped)) = 'Added by Usage.'
    then
        alter table public.task_usage drop column updated_at;
    end if;
end
$$;
