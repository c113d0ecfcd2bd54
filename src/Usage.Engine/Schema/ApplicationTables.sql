-- The application's tables for demos and tests: exactly what docs/application-tables.md requires.
create table public."user" (
    id        uuid primary key default gen_random_uuid(),
    name      text not null default '',
    timezone  text
);

create table public.workspace (
    id    uuid primary key default gen_random_uuid(),
    name  text not null
);

create table public.member (
    id            uuid primary key default gen_random_uuid(),
    workspace_id  uuid not null references public.workspace on delete cascade,
    user_id       uuid not null references public."user" on delete cascade,
    role          text not null default 'member' check (role in ('owner', 'admin', 'member')),
    unique (workspace_id, user_id)
);

create table public.agent_runtime (
    id            uuid primary key default gen_random_uuid(),
    workspace_id  uuid not null references public.workspace on delete cascade,
    name          text not null,
    provider      text not null default ''
);

create table public.agent (
    id            uuid primary key default gen_random_uuid(),
    workspace_id  uuid not null references public.workspace on delete cascade,
    runtime_id    uuid references public.agent_runtime on delete set null,
    name          text not null
);

create table public.project (
    id            uuid primary key default gen_random_uuid(),
    workspace_id  uuid not null references public.workspace on delete cascade,
    title         text not null
);

create table public.issue (
    id            uuid primary key default gen_random_uuid(),
    workspace_id  uuid not null references public.workspace on delete cascade,
    project_id    uuid references public.project on delete set null,
    title         text not null
);

create table public.agent_task_queue (
    id            uuid primary key default gen_random_uuid(),
    agent_id      uuid not null references public.agent on delete cascade,
    issue_id      uuid references public.issue on delete cascade,
    runtime_id    uuid references public.agent_runtime on delete set null,
    status        text not null default 'queued'
                  check (status in ('queued', 'dispatched', 'running', 'completed', 'failed', 'cancelled')),
    created_at    timestamptz not null default now(),
    started_at    timestamptz,
    completed_at  timestamptz
);

create table public.task_usage (
    id                  uuid primary key default gen_random_uuid(),
    task_id             uuid not null references public.agent_task_queue on delete cascade,
    provider            text not null default '',
    model               text not null,
    input_tokens        bigint not null default 0,
    output_tokens       bigint not null default 0,
    cache_read_tokens   bigint not null default 0,
    cache_write_tokens  bigint not null default 0,
    cost_usd_ticks      bigint,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz default now(),
    unique (task_id, provider, model)
);

-- Indexes that such an application usually has on its foreign keys. The engine adds the ones it needs that are missing.
create index on public.member (user_id);
create index on public.agent (workspace_id);
create index on public.agent (runtime_id);
create index on public.agent_runtime (workspace_id);
create index on public.project (workspace_id);
create index on public.issue (workspace_id);
create index on public.issue (project_id);
