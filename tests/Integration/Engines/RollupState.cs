using NodaTime;
using Shouldly;
using Usage.Engine.Marks;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Engines;

/// <summary>A bucket with the measures that these tests compare.</summary>
internal sealed record HourlyRow(
    Instant BucketHour, Guid WorkspaceId, Guid? RuntimeId, Guid AgentId, Guid? ProjectId, string Provider, string Model,
    long InputTokens, long TaskCount, long EventCount);

/// <summary>A mark in the journal.</summary>
internal sealed record MarkRow(Instant? BucketHour, Guid? TaskId, Guid? IssueId, Guid? AgentId)
{
    public static MarkRow Everything { get; } = new(null, null, null, null);

    public static MarkRow Of(Instant hour, Guid? task = null) => new(hour, task, null, null);
}

/// <summary>Reads the rollup and its marks for assertions.</summary>
internal static class RollupState
{
    // Computes hours differently from the engine and the triggers.
    private const string DriftSql = """
        with raw as (
            select date_trunc('hour', u.created_at, 'UTC') as bucket_hour, a.workspace_id, t.runtime_id, t.agent_id, i.project_id,
                   lower(u.provider collate "C") as provider, u.model, sum(u.input_tokens) as input, sum(u.output_tokens) as output,
                   sum(u.cache_read_tokens) as cache_read, sum(u.cache_write_tokens) as cache_write,
                   coalesce(sum(u.cost_usd_ticks), 0) as cost,
                   sum(case when u.cost_usd_ticks is null then u.input_tokens else 0 end) as uncosted_input,
                   sum(case when u.cost_usd_ticks is null then u.output_tokens else 0 end) as uncosted_output,
                   sum(case when u.cost_usd_ticks is null then u.cache_read_tokens else 0 end) as uncosted_cache_read,
                   sum(case when u.cost_usd_ticks is null then u.cache_write_tokens else 0 end) as uncosted_cache_write,
                   count(distinct u.task_id) as tasks, count(*) as events,
                   case count(distinct u.provider collate "C")
                        when 1 then case when bool_and(u.provider = lower(u.provider collate "C")) then '' else min(u.provider) end
                        else '*' end as spelling
            from public.task_usage u
            join public.agent_task_queue t on t.id = u.task_id
            join public.agent a on a.id = t.agent_id
            left join public.issue i on i.id = t.issue_id
            where u.created_at >= '2000-01-01 00:00:00+00' and u.created_at < '2101-01-01 00:00:00+00'
            group by 1, 2, 3, 4, 5, 6, 7),
        rollup as (
            select bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model, input_tokens, output_tokens,
                   cache_read_tokens, cache_write_tokens, cost_usd_ticks, uncosted_input_tokens, uncosted_output_tokens,
                   uncosted_cache_read_tokens, uncosted_cache_write_tokens, task_count, event_count, spelling
            from usage_rollup.hourly)
        select (select count(*) from (table raw except all table rollup) missing)
             + (select count(*) from (table rollup except all table raw) extra)
        """;

    private const string TaskDriftSql = """
        with raw_tasks as (
            select distinct date_trunc('hour', u.created_at, 'UTC') as bucket_hour, a.workspace_id, t.runtime_id, t.agent_id, i.project_id,
                   u.task_id
            from public.task_usage u
            join public.agent_task_queue t on t.id = u.task_id
            join public.agent a on a.id = t.agent_id
            left join public.issue i on i.id = t.issue_id
            where u.created_at >= '2000-01-01 00:00:00+00' and u.created_at < '2101-01-01 00:00:00+00'),
        rollup_tasks as (
            select h.bucket_hour, h.workspace_id, h.runtime_id, h.agent_id, h.project_id, unnest(usage_rollup.task_ids(h.task_ids)) as task_id
            from usage_rollup.hourly_tasks h)
        select (select count(*) from (table raw_tasks except all table rollup_tasks) missing)
             + (select count(*) from (table rollup_tasks except all table raw_tasks) extra)
        """;

    public const string NothingIsLocked = """
        select not exists (
            select from pg_locks l join pg_database d on d.oid = l.database
            where l.locktype = 'advisory' and d.datname = current_database())
        """;

    public const string SomeoneWaitsForALock = """
        select exists (
            select from pg_stat_activity where datname = current_database() and state = 'active' and wait_event_type = 'Lock')
        """;

    /// <summary>Buckets that are only in the rollup or only in the GROUP BY of the raw rows.</summary>
    public static Task<long> DriftAsync(this TestDatabase database) => database.ScalarAsync<long>(DriftSql);

    public static Task<long> PendingAsync(this TestDatabase database) =>
        database.ScalarAsync<long>("select count(*) from usage_rollup.dirty");

    public static Task<IReadOnlyList<HourlyRow>> BucketsAsync(this TestDatabase database) => database.QueryAsync<HourlyRow>(
        """
        select bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model, input_tokens, task_count, event_count
        from usage_rollup.hourly
        order by bucket_hour, agent_id, provider, model, runtime_id, project_id
        """);

    /// <summary>The distinct marks, without tasks of hours that are marked as a whole.</summary>
    public static Task<IReadOnlyList<MarkRow>> MarksAsync(this TestDatabase database) => database.QueryAsync<MarkRow>(
        """
        select distinct d.bucket_hour, d.task_id, d.issue_id, d.agent_id
        from usage_rollup.dirty d
        where d.bucket_hour is null or d.task_id is null or not exists (
            select from usage_rollup.dirty w where w.bucket_hour = d.bucket_hour and w.task_id is null and w.agent_id is null)
        order by 1, 2, 3, 4
        """);

    /// <summary>
    /// Forgets moved agents until none is left: older transactions of other tests in the cluster must end first.
    /// </summary>
    public static async Task UntilMovedAgentsAreForgottenAsync(this TestDatabase database, CancellationToken cancellationToken)
    {
        MovedAgents moved = new(database.DataSource);
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        while (true)
        {
            await moved.ForgetAsync(cancellationToken);
            if (await database.ScalarAsync<long>("select count(*) from usage_rollup.moved") == 0)
            {
                return;
            }

            time.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(30), "agents of tasks that no mark names are not forgotten");
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellationToken);
        }
    }

    /// <summary>
    /// Asserts that nothing is pending, set aside or locked, and that the rollup equals the GROUP BY of the raw rows.
    /// </summary>
    public static async Task ShouldBeExactAsync(this TestDatabase database)
    {
        (await database.PendingAsync()).ShouldBe(0, "marks are pending");
        (await database.ScalarAsync<long>("select count(*) from usage_rollup.set_aside")).ShouldBe(0, "something is set aside");
        (await database.ScalarAsync<bool>(NothingIsLocked)).ShouldBeTrue("an advisory lock is held");
        (await database.DriftAsync()).ShouldBe(0, "the rollup differs from the raw rows");
        (await database.ScalarAsync<long>(TaskDriftSql)).ShouldBe(0, "the sets of tasks differ from the raw rows");
    }
}
