using NodaTime;
using Usage.Engine.Maintenance;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;

namespace Usage.Tests.Integration.Retention;

/// <summary>Tests with usage in many hours, of two agents with several models and tasks, in a complete rollup.</summary>
public abstract class RetentionTestBase(DatabaseFixture fixture) : EngineTests(fixture)
{
    protected const int Hours = 96;

    /// <summary>The end of the frozen hours: half of them.</summary>
    protected static Instant Middle => Hour(Hours / 2);

    protected static ReportWindow Window(string zone) =>
        ReportWindow.Between(new(2026, 3, 1), new(2026, 3, 4), DateTimeZoneProviders.Tzdb[zone]);

    /// <returns>The workspace.</returns>
    protected async Task<Guid> UsedAsync()
    {
        var workspace = await Seed.Workspace();
        var runtime = await Seed.Runtime(workspace);
        var issue = await Seed.Issue(workspace, await Seed.Project(workspace));
        await Database.ExecuteAsync(
            """
            with worker as (
                select id from public.agent where workspace_id = @workspace),
            task as (
                insert into public.agent_task_queue (agent_id, issue_id, runtime_id, status)
                select w.id, case when n % 3 > 0 then @issue end, case when n % 4 > 0 then @runtime end, 'completed'
                from worker w cross join generate_series(1, 48) n
                returning id)
            insert into public.task_usage (task_id, provider, model, input_tokens, output_tokens, cost_usd_ticks, created_at)
            select k.id, 'openai', 'm' || h % 3, 1 + h, 2, case when h % 5 = 0 then h end,
                   @first + h * interval '1 hour' + interval '37 minutes'
            from (select id, row_number() over (order by id) as number from task) k
            cross join generate_series(0, @hours - 1) h
            where (h - k.number + 96) % 96 in (0, 8, 16)
            """,
            new
            {
                workspace, runtime, issue, first = Hour(0), hours = Hours, agents = new[] { await Seed.Agent(workspace), await Seed.Agent(workspace, name: "other") },
            });
        await DrainAsync();
        await Database.ExecuteAsync("insert into usage_rollup.backfill (hours, completed_at) values (0, clock_timestamp())");
        return workspace;
    }

    private protected Task<FreezeResult> FreezeAsync(Instant before, bool verify = true) =>
        Replica().Engine.FreezeAsync(new(before) { Verify = verify }, cancellationToken: Cancellation);

    protected Task DeleteRawAsync(Instant before) =>
        Database.ExecuteAsync("delete from public.task_usage where created_at < @before", new { before });

    protected Task<string> RollupAsync() => Database.ScalarAsync<string>(
        """
        select string_agg(h::text, e'\n' order by h::text)
        from (
            select bucket_hour, agent_id, workspace_id, runtime_id, project_id, provider, model, input_tokens, task_count, event_count from usage_rollup.hourly
            where bucket_hour < @Middle) h
        """, new { Middle });
}
