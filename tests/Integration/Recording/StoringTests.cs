using NodaTime;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Recording;

public sealed class StoringTests(DatabaseFixture fixture) : RecordingTests(fixture)
{
    [Fact]
    public async Task A_report_is_stored_unchanged()
    {
        var task = await Seed.LoneTask();
        var before = await NowAsync();
        await RecordAsync(task, new("anthropic", "Claude 😀", 1, 2, 3, 4, 5), new("openai", "gpt"));

        var rows = await RowsAsync(task);
        rows.Select(row => (row.Provider, row.Model)).ShouldBe([("anthropic", "Claude 😀"), ("openai", "gpt")]);
        var row = rows[0];
        (row.InputTokens, row.OutputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.CostUsdTicks)
            .ShouldBe((1, 2, 3, 4, 5));
        row.CreatedAt.ShouldBeInRange(before, await NowAsync());
        row.UpdatedAt.ShouldBe(row.CreatedAt);
    }

    [Fact]
    public async Task A_later_report_replaces_the_figures_and_keeps_the_time_of_the_first()
    {
        var task = await Seed.LoneTask();
        await RecordAsync(task, new UsageEntry("openai", "gpt", 100, 50, 20, 10, 7));
        var first = await OnlyRowAsync(task);
        await RecordAsync(task, new UsageEntry("openai", "gpt", 200, 60) { CreatedAt = first.CreatedAt - Duration.FromDays(3) });

        var row = await OnlyRowAsync(task);
        (row.InputTokens, row.OutputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.CostUsdTicks)
            .ShouldBe((200, 60, 0, 0, null));
        (row.Id, row.CreatedAt).ShouldBe((first.Id, first.CreatedAt));
        row.UpdatedAt!.Value.ShouldBeGreaterThan(first.UpdatedAt!.Value);
    }

    [Fact]
    public async Task The_same_report_twice_changes_no_figure()
    {
        var task = await Seed.LoneTask();
        UsageEntry[] report = [new("openai", "gpt", 1, 2, 3, 4, 5), new("openai", "o", 6)];
        await RecordAsync(task, report);
        var once = await RowsAsync(task);
        await RecordAsync(task, report);
        (await RowsAsync(task)).Select(row => row with { UpdatedAt = null })
            .ShouldBe(once.Select(row => row with { UpdatedAt = null }));
    }

    [Fact]
    public async Task A_report_does_not_affect_models_it_does_not_name()
    {
        var task = await Seed.LoneTask();
        await RecordAsync(task, new UsageEntry("openai", "a", 1));
        await RecordAsync(task, new UsageEntry("openai", "b", 2));
        (await RowsAsync(task)).Select(row => (row.Model, row.InputTokens)).ShouldBe([("a", 1), ("b", 2)]);
    }

    [Theory]
    [InlineData(0L, null)]
    [InlineData(-1L, null)]
    [InlineData(long.MinValue, null)]
    [InlineData(null, null)]
    [InlineData(1L, 1L)]
    [InlineData(1_000_000_000_000_000L, 1_000_000_000_000_000L)]
    public async Task A_cost_of_0_or_less_is_stored_as_null(long? cost, long? stored)
    {
        var task = await Seed.LoneTask();
        await RecordAsync(task, new UsageEntry("openai", "gpt", CostUsdTicks: cost));
        (await OnlyRowAsync(task)).CostUsdTicks.ShouldBe(stored);
    }

    [Fact]
    public async Task A_report_without_a_cost_removes_the_stored_cost()
    {
        var task = await Seed.LoneTask();
        await RecordAsync(task, new UsageEntry("openai", "gpt", CostUsdTicks: 9));
        await RecordAsync(task, new UsageEntry("openai", "gpt", CostUsdTicks: 0));
        (await OnlyRowAsync(task)).CostUsdTicks.ShouldBeNull();
    }

    [Fact]
    public async Task A_daemon_that_catches_up_can_date_its_usage()
    {
        var task = await Seed.LoneTask();
        var now = await NowAsync();
        var times = new[] { now - Duration.FromDays(399), now - Duration.FromHours(5), now + Duration.FromMinutes(4) };
        await RecordAsync(task, [.. times.Select((time, place) => new UsageEntry("openai", $"m{place}", CreatedAt: time))]);
        (await RowsAsync(task)).Select(row => row.CreatedAt).ShouldBe(times);
    }

    [Fact]
    public async Task A_report_of_100_entries_of_the_largest_figures_and_longest_names_is_stored()
    {
        const long Most = 1_000_000_000_000;
        const long MostTicks = 1_000_000_000_000_000;
        var task = await Seed.LoneTask();
        var provider = string.Concat(Enumerable.Repeat("😀", 200));
        await RecordAsync(task, [.. Enumerable.Range(100, 100).Select(number =>
            new UsageEntry(provider, string.Concat(Enumerable.Repeat("模", 197)) + number, Most, Most, Most, Most, MostTicks))]);
        (await RowsAsync(task)).Count.ShouldBe(100);
    }
}
