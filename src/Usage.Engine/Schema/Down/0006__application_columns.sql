-- Drops only columns that Usage added, according to their comment. cost_usd_ticks stays, because it holds data.
do $$
begin
    if col_description(to_regclass('public.task_usage'), (
        select attnum from pg_attribute
        where attrelid = to_regclass('public.task_usage') and attname = 'updated_at' and not attisdropped)) = 'Added by Usage.'
    then
        alter table public.task_usage drop column updated_at;
    end if;
end
$$;
