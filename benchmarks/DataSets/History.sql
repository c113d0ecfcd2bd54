-- History by set-based statements: 600 agents of very unequal size in 50 workspaces work in sessions of about 5 to 20 usage
-- rows within an hour, on one project, which makes about 5 rows a bucket. Every key is made from numbers,
-- so that no statement has to look one up. bench.rows and bench.hours say how much, and bench.models how many models each
-- task uses (0: one or two); it always ends with the same full hour.
select setseed(0.5);

-- The loaded rows are right by construction: neither foreign keys are checked nor marks made.
set session_replication_role = replica;

insert into public.workspace (id, name)
select md5('w' || w)::uuid, 'Workspace ' || w from generate_series(1, 50) w;

insert into public.agent_runtime (id, workspace_id, name, provider)
select md5('r' || w || '/' || r)::uuid, md5('w' || w)::uuid, 'Runtime ' || r, 'openai'
from generate_series(1, 50) w cross join generate_series(0, 2) r;

insert into public.project (id, workspace_id, title)
select md5('p' || w || '/' || p)::uuid, md5('w' || w)::uuid, 'Project ' || p
from generate_series(1, 50) w cross join generate_series(0, 7) p;

insert into public.issue (id, workspace_id, project_id, title)
select md5('i' || w || '/' || p || '/' || i)::uuid, md5('w' || w)::uuid, md5('p' || w || '/' || p)::uuid, 'Issue ' || i
from generate_series(1, 50) w cross join generate_series(0, 7) p cross join generate_series(0, 24) i;

create temp table staff as
select a, 1 + floor(50 * power(a * 0.618034 - floor(a * 0.618034), 2))::integer as w from generate_series(1, 600) a;

insert into public.agent (id, workspace_id, runtime_id, name)
select md5('a' || a)::uuid, md5('w' || w)::uuid, md5('r' || w || '/' || a % 3)::uuid, 'Agent ' || a from staff;

create temp table session as
select s, d.a, f.w, d.p, d.tasks,
       timestamptz '2026-06-01 00:00:00+00' - make_interval(hours => n.hours) + make_interval(hours => ((s::bigint * n.hours) / n.sessions)::integer) as hour
from (
    select current_setting('bench.hours')::integer as hours,
           1 + (current_setting('bench.rows')::integer / case m.models when 0 then 10.65 else 7 * m.models end)::integer as sessions
    from (select current_setting('bench.models')::integer as models) m) n
cross join lateral generate_series(0, n.sessions - 1) s
cross join lateral (
    select 1 + floor(600 * power(random() + s * 0, 2.5))::integer as a, floor(8 * power(random(), 2))::integer as p,
           4 + floor(random() * 7)::integer as tasks) d
join staff f on f.a = d.a;

insert into public.agent_task_queue (id, agent_id, issue_id, runtime_id, status, created_at, started_at, completed_at)
select md5('t' || s || '/' || n)::uuid, md5('a' || a)::uuid, md5('i' || w || '/' || p || '/' || (s + n) % 25)::uuid,
       md5('r' || w || '/' || a % 3)::uuid, 'completed', t.at, t.at, t.at
from (select * from session order by s) o
cross join lateral generate_series(1, o.tasks) n
cross join lateral (select o.hour + make_interval(secs => 3599.0 * n / (o.tasks + 1)) as at) t;

insert into public.task_usage (
    task_id, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks, created_at, updated_at)
select md5('t' || s || '/' || n)::uuid, 'openai', (array['gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'o4-mini'])[m],
       (random() * 20000)::bigint, (random() * 4000)::bigint, (random() * 90000)::bigint, 0,
       case when random() < 0.2 then (random() * 1000000000)::bigint end, t.at, t.at
from (select * from session order by s) o
cross join lateral generate_series(1, o.tasks) n
cross join lateral generate_series(1, case current_setting('bench.models')::integer when 0 then 1 + n % 2 else current_setting('bench.models')::integer end) m
cross join lateral (select o.hour + make_interval(secs => 3599.0 * n / (o.tasks + 1)) as at) t
-- Excess rows are omitted at the start, so that the last hour is complete.
offset (select greatest(0, sum(case current_setting('bench.models')::integer when 0 then x.tasks + (x.tasks + 1) / 2 else x.tasks * current_setting('bench.models')::integer end)
                        - current_setting('bench.rows')::integer) from session x);

drop table session, staff;
set session_replication_role = origin;
