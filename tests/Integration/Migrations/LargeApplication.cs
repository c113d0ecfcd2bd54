using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Migrations;

/// <summary>
/// The tables of a grown application: different types, columns without defaults, triggers, indexes and policies, and without the
/// columns that Usage adds.
/// </summary>
internal static class LargeApplication
{
    private const string CreateSql = """
        create type public.member_role as enum ('owner', 'admin', 'member');
        create type public.task_status as enum ('queued', 'dispatched', 'running', 'completed', 'failed', 'cancelled');

        create table public."user" (id uuid primary key, email varchar(200) not null unique);
        create table public.workspace (id uuid primary key, name varchar(80) not null, slug text not null unique);
        create table public.member (
            id uuid primary key, workspace_id uuid not null references public.workspace on delete cascade,
            user_id uuid not null references public."user" on delete cascade, role public.member_role not null,
            unique (workspace_id, user_id));
        create table public.agent_runtime (
            id uuid primary key, workspace_id uuid not null references public.workspace on delete cascade,
            name varchar(80) not null, provider varchar(40) not null default '', token bytea not null);
        create table public.agent (
            id uuid primary key, workspace_id uuid not null references public.workspace on delete cascade,
            runtime_id uuid references public.agent_runtime on delete set null, name varchar(80) not null, prompt text not null);
        create table public.project (
            id uuid primary key, workspace_id uuid not null references public.workspace on delete cascade, title varchar(200) not null);
        create table public.issue (
            id uuid primary key, workspace_id uuid not null references public.workspace on delete cascade,
            project_id uuid references public.project on delete set null, title varchar(200) not null, number bigint not null,
            unique (workspace_id, number));
        create table public.agent_task_queue (
            id uuid primary key, agent_id uuid not null references public.agent on delete cascade,
            issue_id uuid references public.issue on delete cascade, runtime_id uuid references public.agent_runtime on delete set null,
            status public.task_status not null, payload jsonb not null, created_at timestamptz not null,
            started_at timestamptz, completed_at timestamptz);
        create table public.task_usage (
            id uuid primary key, task_id uuid not null references public.agent_task_queue on delete cascade,
            provider varchar(40) not null default '', model varchar(120) not null, input_tokens bigint not null default 0,
            output_tokens bigint not null default 0, cache_read_tokens bigint not null default 0,
            cache_write_tokens bigint not null default 0, created_at timestamptz not null, region text not null,
            unique (task_id, provider, model));
        create table public.audit (at timestamptz not null, what text not null);

        create index agent_tasks_by_agent on public.agent_task_queue (agent_id, created_at desc);
        create index agent_tasks_open on public.agent_task_queue (runtime_id) where completed_at is null;
        create index usage_by_day on public.task_usage using brin (created_at);
        create function public.audit() returns trigger language plpgsql as $$
        begin
            insert into public.audit values (now(), tg_table_name || ' ' || tg_op);
            return coalesce(new, old);
        end $$;
        create trigger audit before insert or update or delete on public.task_usage for each row execute function public.audit();
        create trigger usage_audit after update on public.agent_task_queue for each row execute function public.audit();
        alter table public.issue enable row level security;
        create policy everyone on public.issue using (true);
        """;

    private const string FillSql = """
        insert into public.workspace values ('00000000-0000-0000-0000-000000000001', 'w', 'w');
        insert into public.agent_runtime values (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'r', 'OpenAI', 'x');
        insert into public.agent select gen_random_uuid(), workspace_id, id, 'a', 'p' from public.agent_runtime, generate_series(1, 3);
        insert into public.agent_task_queue
        select gen_random_uuid(), a.id, null, a.runtime_id, 'completed', '{}', now() from public.agent a, generate_series(1, 20);
        insert into public.task_usage (id, task_id, provider, model, input_tokens, created_at, region)
        select gen_random_uuid(), id, 'OpenAI', 'm', 10, timestamptz '2026-03-01' + row_number() over () * interval '20 minutes', 'eu'
        from public.agent_task_queue
        """;

    /// <summary>Creates it with sixty usage rows of three agents over twenty hours.</summary>
    public static async Task CreateAsync(TestDatabase database)
    {
        await database.ExecuteAsync(CreateSql);
        await database.ExecuteAsync(FillSql);
    }
}
