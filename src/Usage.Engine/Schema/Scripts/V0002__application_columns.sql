set local lock_timeout = '100ms';

-- Metadata only: adding a nullable column without a default rewrites nothing, and setting a default afterwards affects no
-- existing row.
do $$
begin
    if not exists (
        select from pg_attribute
        where attrelid = 'public.task_usage'::regclass and attname = 'cost_usd_ticks' and not attisdropped)
    then
        alter table public.task_usage add column cost_usd_ticks bigint;
        comment on column public.task_usage.cost_usd_ticks is
            'The provider''s own price in 1e-10 USD; null: it gave none. Added by Usage.';
    end if;

    if not exists (
        select from pg_attribute
        where attrelid = 'public.task_usage'::regclass and attname = 'updated_at' and not attisdropped)
    then
        alter table public.task_usage add column updated_at timestamptz;
        alter table public.task_usage alter column updated_at set default now();
        comment on column public.task_usage.updated_at is 'Added by Usage.';
    end if;
end
$$;
