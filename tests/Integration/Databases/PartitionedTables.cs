using Usage.Engine.Schema;

namespace Usage.Tests.Integration.Databases;

/// <summary>
/// Application tables with tasks in two partitions by id, and usage in three partitions by task, one of which is sub-partitioned.
/// </summary>
internal static class PartitionedTables
{
    /// <summary>The partitions that usage can be read from and written to directly.</summary>
    public static IReadOnlyList<string> OfUsage { get; } =
        ["task_usage_p0", "task_usage_p1", "task_usage_p2", "task_usage_p2a", "task_usage_p2b"];

    public static IReadOnlyList<string> OfTasks { get; } = ["agent_task_queue_p0", "agent_task_queue_p1"];

    private const string PartitionSql = """
        drop table public.task_usage, public.agent_task_queue;

        create table public.agent_task_queue (
            id uuid primary key default gen_random_uuid(),
            agent_id uuid not null references public.agent on delete cascade,
            issue_id uuid references public.issue on delete cascade,
            runtime_id uuid references public.agent_runtime on delete set null,
            status text not null default 'queued',
            created_at timestamptz not null default now(),
            started_at timestamptz,
            completed_at timestamptz
        ) partition by hash (id);
        create table public.agent_task_queue_p0 partition of public.agent_task_queue for values with (modulus 2, remainder 0);
        create table public.agent_task_queue_p1 partition of public.agent_task_queue for values with (modulus 2, remainder 1);

        create table public.task_usage (
            id uuid not null default gen_random_uuid(),
            task_id uuid not null references public.agent_task_queue on delete cascade,
            provider text not null default '',
            model text not null,
            input_tokens bigint not null default 0,
            output_tokens bigint not null default 0,
            cache_read_tokens bigint not null default 0,
            cache_write_tokens bigint not null default 0,
            cost_usd_ticks bigint,
            created_at timestamptz not null default now(),
            updated_at timestamptz default now(),
            unique (task_id, provider, model)
        ) partition by hash (task_id);
        create table public.task_usage_p0 partition of public.task_usage for values with (modulus 3, remainder 0);
        create table public.task_usage_p1 partition of public.task_usage for values with (modulus 3, remainder 1);
        create table public.task_usage_p2 partition of public.task_usage for values with (modulus 3, remainder 2) partition by hash (task_id);
        create table public.task_usage_p2a partition of public.task_usage_p2 for values with (modulus 2, remainder 0);
        create table public.task_usage_p2b partition of public.task_usage_p2 for values with (modulus 2, remainder 1)
        """;

    /// <summary>Creates the application's tables without Usage's schema.</summary>
    public static async Task CreateAsync(TestDatabase database)
    {
        await database.ExecuteAsync(SchemaScripts.ReadApplicationTables());
        await database.ExecuteAsync(PartitionSql);
    }
}
