using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>Tests that begin with usage from before the rollup was installed.</summary>
public abstract class HistoryTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    /// <summary>A usage row in each of the first hours, of one task, without marks and buckets.</summary>
    protected async Task<Guid> HistoryAsync(int hours)
    {
        var task = await Seed.LoneTask();
        await Database.ExecuteAsync(
            """
            insert into public.task_usage (task_id, model, input_tokens, created_at)
            select @task, 'm' || n, 10, @first + n * interval '1 hour' from generate_series(0, @hours - 1) n;
            truncate usage_rollup.dirty
            """,
            new { task, hours, first = Hour(0) });
        return task;
    }

    /// <summary>Records that history is backfilled.</summary>
    protected Task CompleteAsync() =>
        Database.ExecuteAsync("insert into usage_rollup.backfill (hours, completed_at) values (0, clock_timestamp())");

    /// <summary>Runs a host's background loop until a query returns true.</summary>
    private protected async Task RunUntilAsync(TestEngine host, string condition)
    {
        await host.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync(condition);
        await host.Parts.Loop.StopAsync(Cancellation);
    }
}
