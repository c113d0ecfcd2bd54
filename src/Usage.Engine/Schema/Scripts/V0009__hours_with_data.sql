-- Every hour that holds usage, buckets or sets of tasks and is not frozen, by one index probe an hour, however many rows there are.
create function usage_rollup.hours_with_data(from_hour timestamptz, to_hour timestamptz) returns table (bucket_hour timestamptz)
    language sql stable set search_path = pg_catalog, pg_temp
as $$
    with recursive
    bounds as (
        -- A NULL horizon counts for nothing.
        select greatest(from_hour, timestamptz '2000-01-01 00:00:00+00', (select c.frozen_before from usage_rollup.control c)) as low,
               coalesce(to_hour, timestamptz '2101-01-01 00:00:00+00') as high),
    used (hour) as (
        select (select date_bin('1 hour', u.created_at, timestamptz '2000-01-01 00:00:00+00')
                from public.task_usage u
                where u.created_at >= b.low and u.created_at < b.high
                order by u.created_at limit 1)
        from bounds b
        union all
        select (select date_bin('1 hour', u.created_at, timestamptz '2000-01-01 00:00:00+00')
                from public.task_usage u
                where u.created_at >= p.hour + interval '1 hour' and u.created_at < b.high
                order by u.created_at limit 1)
        from used p, bounds b
        where p.hour is not null),
    counted (hour) as (
        select (select h.bucket_hour
                from usage_rollup.hourly h
                where h.bucket_hour >= b.low and h.bucket_hour < b.high
                order by h.bucket_hour limit 1)
        from bounds b
        union all
        select (select h.bucket_hour
                from usage_rollup.hourly h
                where h.bucket_hour > p.hour and h.bucket_hour < b.high
                order by h.bucket_hour limit 1)
        from counted p, bounds b
        where p.hour is not null),
    worked (hour) as (
        select (select h.bucket_hour
                from usage_rollup.hourly_tasks h
                where h.bucket_hour >= b.low and h.bucket_hour < b.high
                order by h.bucket_hour limit 1)
        from bounds b
        union all
        select (select h.bucket_hour
                from usage_rollup.hourly_tasks h
                where h.bucket_hour > p.hour and h.bucket_hour < b.high
                order by h.bucket_hour limit 1)
        from worked p, bounds b
        where p.hour is not null)
    select hour from used where hour is not null
    union
    select hour from counted where hour is not null
    union
    select hour from worked where hour is not null
$$;
