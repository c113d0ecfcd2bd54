using NodaTime;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Recording;

public sealed class RefusalTests(DatabaseFixture fixture) : RecordingTests(fixture)
{
    [Fact, Trait("Field", "12")]
    public async Task A_report_with_one_bad_entry_stores_nothing()
    {
        var task = await Seed.LoneTask();
        (await RefusalAsync(task, new("openai", "a", 1), new("openai", "", 2), new("openai", "c", 3))).ShouldHaveSingleItem();
        (await RowsAsync(task)).ShouldBeEmpty();
    }

    [Theory, Trait("Field", "11")]
    [InlineData("input_tokens")]
    [InlineData("output_tokens")]
    [InlineData("cache_read_tokens")]
    [InlineData("cache_write_tokens")]
    public async Task A_negative_token_count_is_refused(string field)
    {
        var task = await Seed.LoneTask();
        var entry = new UsageEntry(
            "openai", "gpt", Count("input_tokens"), Count("output_tokens"),
            Count("cache_read_tokens"), Count("cache_write_tokens"));
        (await RefusalAsync(task, entry)).ShouldHaveSingleItem().ToString()
            .ShouldBe($"usage[0].{field} is -1: must be 0 to 1000000000000");
        (await RowsAsync(task)).ShouldBeEmpty();

        long Count(string name) => name == field ? -1 : 1;
    }

    [Fact]
    public async Task A_refused_correction_leaves_the_stored_figures()
    {
        var task = await Seed.LoneTask();
        await RecordAsync(task, new UsageEntry("openai", "gpt", 1));
        var stored = await OnlyRowAsync(task);
        await RefusalAsync(task, new("openai", "gpt", 2), new("OpenAI ", "gpt", 3));
        (await OnlyRowAsync(task)).ShouldBe(stored);
    }

    [Fact]
    public async Task All_problems_are_reported_at_once()
    {
        var task = await Seed.LoneTask("anthropic");
        var tooEarly = await NowAsync() - Duration.FromDays(401);
        var problems = await RefusalAsync(
            task, new("", "claude", -1), new(" ANTHROPIC", "claude"), new("a\0b", null, CreatedAt: tooEarly));
        problems.Select(problem => (problem.Entry, problem.Field)).ShouldBe(
            [(0, "input_tokens"), (1, "model"), (2, "provider"), (2, "model"), (2, "created_at")]);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-400 * 1440 - 1)]
    public async Task A_time_out_of_bounds_by_the_databases_clock_is_refused(int minutes)
    {
        var task = await Seed.LoneTask();
        var time = await NowAsync() + Duration.FromMinutes(minutes);
        (await RefusalAsync(task, new UsageEntry("openai", "gpt", CreatedAt: time)))
            .ShouldHaveSingleItem().Field.ShouldBe("created_at");
    }

    [Fact]
    public async Task A_report_without_entries_or_with_101_is_refused()
    {
        var task = await Seed.LoneTask();
        (await RefusalAsync(task)).ShouldHaveSingleItem().Value.ShouldBe("0");
        var many = Enumerable.Range(0, 101).Select(number => new UsageEntry("openai", $"m{number}")).ToArray();
        (await RefusalAsync(task, many)).ShouldHaveSingleItem().Value.ShouldBe("101");
    }

    [Fact]
    public async Task A_report_for_an_unknown_task_is_an_error()
    {
        var task = Guid.NewGuid();
        (await Should.ThrowAsync<UnknownTaskException>(() => RecordAsync(task, new UsageEntry("openai", "gpt"))))
            .TaskId.ShouldBe(task);
    }

    private async Task<IReadOnlyList<UsageProblem>> RefusalAsync(Guid task, params UsageEntry[] entries) =>
        (await Should.ThrowAsync<UsageValidationException>(() => RecordAsync(task, entries))).Problems;
}
