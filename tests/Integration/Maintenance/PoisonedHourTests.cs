using Usage.Engine.Draining;
using Usage.Engine.Maintenance;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>An hour with usage of two agents in two workspaces, one of which exceeds what a bucket can hold.</summary>
public abstract class PoisonedHourTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    protected Guid Poisoned { get; private set; }

    protected Guid PoisonedTask { get; private set; }

    protected Guid Healthy { get; private set; }

    protected Guid HealthyTask { get; private set; }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        (Poisoned, Healthy) = (await Seed.Agent(await Seed.Workspace()), await Seed.Agent(await Seed.Workspace()));
        (PoisonedTask, HealthyTask) = (await Seed.AgentTask(Poisoned), await Seed.AgentTask(Healthy));
        await Seed.UsageRow(PoisonedTask, model: "good", createdAt: Hour(0));
        await Seed.UsageRow(HealthyTask, model: "small", createdAt: Hour(0));
        await DrainAsync();
    }

    /// <summary>Two rows of one bucket whose sum exceeds 64 bits.</summary>
    protected async Task PoisonAsync(Guid task)
    {
        await Seed.UsageRow(task, provider: "openai", input: 9_000_000_000_000_000_000, createdAt: Hour(0));
        await Seed.UsageRow(task, provider: "OpenAI", input: 9_000_000_000_000_000_000, createdAt: Hour(0));
    }

    protected Task<int> MendAsync() => Database.ExecuteAsync("update public.task_usage set input_tokens = 1 where input_tokens > 1000");

    private protected MarkRow AgentMark() => new(Hour(0), null, null, Poisoned);

    protected Task<long> HealthyTokensAsync() => Database.ScalarAsync<long>(
        "select sum(input_tokens)::bigint from usage_rollup.hourly where agent_id = @Healthy", new { Healthy });

    private protected TestEngine Slow() => Replica(configure: options =>
    {
        options.MinBackoff = TimeSpan.FromMinutes(10);
        options.MaxBackoff = TimeSpan.FromHours(1);
    });

    protected Task<DrainResult> DrainSlowlyAsync() => Slow().Engine.DrainAsync(cancellationToken: Cancellation);

    protected Task<EngineStatus> StatusAsync() => Replica().Engine.GetStatusAsync(Cancellation);

    protected Task<int> RetryNowAsync() => Database.ExecuteAsync("update usage_rollup.set_aside set retry_at = clock_timestamp()");
}
