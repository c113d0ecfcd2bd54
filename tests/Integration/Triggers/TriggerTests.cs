using NodaTime;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;

namespace Usage.Tests.Integration.Triggers;

/// <summary>Which marks the application's statements append, and that draining them gives the exact rollup.</summary>
public abstract class TriggerTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    /// <summary>Runs a statement on a drained database.</summary>
    protected async Task RunAsync(string sql, object? parameters = null)
    {
        await DrainAsync();
        await Database.ExecuteAsync("truncate usage_rollup.moved");
        await Database.ExecuteAsync(sql, parameters);
    }

    /// <summary>Asserts the marks in any order, and that draining them leaves no drift.</summary>
    private protected async Task ShouldHaveMarkedAsync(params MarkRow[] marks)
    {
        (await Database.MarksAsync()).ShouldBe(marks, ignoreOrder: true);
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    private protected static MarkRow Mark(int hour, Guid? task = null) => MarkRow.Of(Hour(hour), task);

    private protected static MarkRow TaskMark(Guid task) => new(null, task, null, null);

    private protected static MarkRow IssueMark(Guid issue) => new(null, null, issue, null);

    private protected static MarkRow AgentMark(Guid agent) => new(null, null, null, agent);

    protected Task<IReadOnlyList<(Guid Task, Guid Agent)>> MovedAsync() =>
        Database.QueryAsync<(Guid, Guid)>("select task_id, agent_id from usage_rollup.moved");

    /// <summary>A task with a usage row at half past each hour.</summary>
    private protected async Task<Guid> UsedTaskAsync(params int[] hours)
    {
        var task = await Seed.LoneTask();
        foreach (var hour in hours)
        {
            await Seed.UsageRow(task, model: $"m{hour}", createdAt: Hour(hour) + Duration.FromMinutes(30));
        }

        return task;
    }
}
