using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>
/// Two workspaces with drained usage in the same four hours. Every bucket is then increased by 1,000 input tokens, so that a
/// report's figures reveal how many of its hours come from buckets. Nothing is pending except what a test marks.
/// </summary>
public abstract class PendingReportTests(DatabaseFixture fixture) : ReportingTests(fixture), IAsyncLifetime
{
    protected const int Hours = 4;
    private const long PerBucket = 1_000;

    protected Guid Mine { get; private set; }

    protected Guid MyAgent { get; private set; }

    protected Guid MyRuntime { get; private set; }

    protected Guid MyIssue { get; private set; }

    protected Guid MyTask { get; private set; }

    protected Guid Theirs { get; private set; }

    protected Guid TheirAgent { get; private set; }

    protected Guid TheirIssue { get; private set; }

    protected Guid TheirTask { get; private set; }

    public virtual async ValueTask InitializeAsync()
    {
        await Database.ExecuteAsync(
            """
            truncate public.workspace cascade;
            truncate usage_rollup.hourly, usage_rollup.hourly_tasks, usage_rollup.dirty, usage_rollup.moved, usage_rollup.set_aside, usage_rollup.backfill,
                     usage_rollup.replica;
            update usage_rollup.control set paused_at = null;
            """);
        (Mine, Theirs) = (await Seed.Workspace(), await Seed.Workspace());
        (MyAgent, TheirAgent) = (await Seed.Agent(Mine), await Seed.Agent(Theirs));
        (MyIssue, TheirIssue) = (await Seed.Issue(Mine), await Seed.Issue(Theirs));
        MyRuntime = await Seed.Runtime(Mine);
        MyTask = await TaskAsync(MyAgent, MyIssue, MyRuntime);
        TheirTask = await TaskAsync(TheirAgent, TheirIssue);
        await BackfillAsync();
        await RaiseBucketsAsync();
        await HeartbeatAsync("0 seconds");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A task with a row of one input token in each of the hours.</summary>
    protected async Task<Guid> TaskAsync(Guid agent, Guid? issue = null, Guid? runtime = null, string model = "gpt")
    {
        var task = await Seed.AgentTask(agent, issue, runtime);
        for (var hour = 0; hour < Hours; hour++)
        {
            await Seed.UsageRow(task, model: $"{model} {hour}", input: 1, createdAt: Noon + Duration.FromHours(hour));
        }

        return task;
    }

    protected Task<int> RaiseBucketsAsync() => Database.ExecuteAsync(
        "update usage_rollup.hourly set input_tokens = input_tokens + @PerBucket where input_tokens < @PerBucket", new { PerBucket });

    /// <summary>Adds marks of a given age.</summary>
    protected Task<int> MarkAsync(
        Instant? hour = null, Guid? task = null, Guid? issue = null, Guid? agent = null, string age = "6 minutes", int origin = 0) =>
        Database.ExecuteAsync(
            """
            insert into usage_rollup.dirty (bucket_hour, task_id, issue_id, agent_id, origin, enqueued_at)
            values (@hour, @task, @issue, @agent, @origin, clock_timestamp() - @age::interval)
            """,
            new { hour, task, issue, agent, age, origin = (short)origin });

    protected Task<int> SetAsideAsync(Instant? hour, Guid? agent = null, Guid? task = null) => Database.ExecuteAsync(
        """
        insert into usage_rollup.set_aside (bucket_hour, agent_id, task_id, error, retry_at)
        values (@hour, @agent, @task, 'poisoned', clock_timestamp() + interval '1 hour')
        """,
        new { hour, agent, task });

    /// <summary>Sets the age of the only loop's last heartbeat.</summary>
    protected Task<int> HeartbeatAsync(string age) => Database.ExecuteAsync(
        """
        truncate usage_rollup.replica;
        insert into usage_rollup.replica (name, heartbeat_at) values ('loop', clock_timestamp() - @age::interval)
        """,
        new { age });

    protected Task<UsageReport<ModelUsage>> ReadAsync(Guid workspace, ReportOptions? options = null, ReportWindow? window = null) =>
        Reports.WorkspaceSummaryAsync(workspace, window ?? Week, options: options, cancellationToken: Cancellation);

    /// <summary>
    /// Asserts that the report comes from the rollup, with a given number of hours from buckets and the others from raw rows.
    /// </summary>
    protected async Task ShouldComeFromBucketsAsync(int hours, ReportOptions? options = null, ReportWindow? window = null)
    {
        var report = await ReadAsync(Mine, options, window);
        report.Source.ShouldBe(ReportSource.Rollup);
        report.Rows.Sum(row => row.InputTokens).ShouldBe(Hours + (hours * PerBucket));
    }

    protected async Task ShouldComeFromRawRowsAsync(ReportOptions? options = null, ReportWindow? window = null)
    {
        var report = await ReadAsync(Mine, options, window);
        report.Source.ShouldBe(ReportSource.Raw);
        report.Rows.Sum(row => row.InputTokens).ShouldBe(Hours);
    }
}
