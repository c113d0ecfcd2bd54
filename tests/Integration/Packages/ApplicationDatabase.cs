using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Packages;

/// <summary>A database with the tables of some application, which has never heard of Usage.</summary>
internal static class ApplicationDatabase
{
    private const string CreateSql = """
        create table "user" (
            id uuid primary key default gen_random_uuid(), email text not null unique, locale text not null default 'en');
        create table workspace (
            id uuid primary key default gen_random_uuid(), name text not null, plan text not null default 'free');
        create table member (
            id uuid primary key default gen_random_uuid(), workspace_id uuid not null references workspace on delete cascade,
            user_id uuid not null references "user" on delete cascade, role varchar(20) not null, unique (workspace_id, user_id));
        create table agent_runtime (
            id uuid primary key default gen_random_uuid(), workspace_id uuid not null references workspace on delete cascade,
            name text not null, provider varchar(60) not null default '', version text);
        create table agent (
            id uuid primary key default gen_random_uuid(), workspace_id uuid not null references workspace on delete cascade,
            runtime_id uuid references agent_runtime on delete set null, name text not null, system_prompt text not null default '');
        create table project (
            id uuid primary key default gen_random_uuid(), workspace_id uuid not null references workspace on delete cascade,
            title text not null);
        create table issue (
            id uuid primary key default gen_random_uuid(), workspace_id uuid not null references workspace on delete cascade,
            project_id uuid references project on delete set null, title text not null, body text not null default '');
        create table agent_task_queue (
            id uuid primary key default gen_random_uuid(), agent_id uuid not null references agent on delete cascade,
            issue_id uuid references issue on delete cascade, runtime_id uuid references agent_runtime on delete set null,
            status text not null, payload jsonb not null default '{}', created_at timestamptz not null default now(),
            started_at timestamptz, completed_at timestamptz);
        create table task_usage (
            id uuid primary key default gen_random_uuid(), task_id uuid not null references agent_task_queue on delete cascade,
            provider varchar(60) not null default '', model varchar(200) not null, input_tokens bigint not null default 0,
            output_tokens bigint not null default 0, cache_read_tokens bigint not null default 0,
            cache_write_tokens bigint not null default 0, created_at timestamptz not null default now(), region text not null default 'eu',
            unique (task_id, provider, model));
        """;

    public static async Task<TestDatabase> CreateAsync(PostgresFixture postgres)
    {
        var database = await postgres.CreateEmptyDatabaseAsync();
        await database.ExecuteAsync(CreateSql);
        return database;
    }
}
