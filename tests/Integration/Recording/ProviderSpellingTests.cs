using NodaTime;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Engine.Rollup;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Recording;

public sealed class ProviderSpellingTests(DatabaseFixture fixture) : RecordingTests(fixture)
{
    [Theory]
    [InlineData("Anthropic", "", "anthropic")]
    [InlineData(" Anthropic\n", " \t", "anthropic")]
    [InlineData("anthropic", "OpenAI ", "openai")]
    [InlineData("", "", "")]
    public async Task An_empty_provider_is_taken_from_the_tasks_runtime(string runtimes, string reported, string stored)
    {
        var task = await Seed.LoneTask(runtimes);
        await RecordAsync(task, new UsageEntry(reported, "m", 1));
        (await OnlyRowAsync(task)).Provider.ShouldBe(stored);
    }

    [Fact]
    public async Task A_task_without_a_runtime_leaves_an_empty_provider_empty()
    {
        var task = await Seed.AgentTask(await Seed.Agent(await Seed.Workspace()));
        await RecordAsync(task, new UsageEntry(null, "m", 1));
        (await OnlyRowAsync(task)).Provider.ShouldBe("");
    }

    [Theory]
    [InlineData("OpenAI")]
    [InlineData(" openai")]
    [InlineData("\tOPENAI\r\n\v\f")]
    public async Task A_row_of_an_older_writer_in_another_spelling_is_the_one_replaced(string spelling)
    {
        var task = await Seed.LoneTask();
        var createdAt = Instant.FromUtc(2025, 1, 2, 3, 4);
        var old = await Seed.UsageRow(task, spelling, "gpt", input: 100, createdAt: createdAt);
        await RecordAsync(task, new UsageEntry("OpenAi", "gpt", 7));

        var row = await OnlyRowAsync(task);
        (row.Id, row.Provider, row.InputTokens, row.CreatedAt).ShouldBe((old, "openai", 7, createdAt));
    }

    [Fact]
    public async Task Of_several_spellings_the_normalised_row_stays()
    {
        var task = await Seed.LoneTask();
        await Seed.UsageRow(task, "OpenAI", createdAt: Instant.FromUtc(2025, 1, 1, 0, 0));
        var normalised = await Seed.UsageRow(task, "openai", createdAt: Instant.FromUtc(2025, 1, 2, 0, 0));
        await Seed.UsageRow(task, " openai ", createdAt: Instant.FromUtc(2025, 1, 3, 0, 0));
        await RecordAsync(task, new UsageEntry("openai", "gpt", 7));

        var row = await OnlyRowAsync(task);
        (row.Id, row.Provider, row.InputTokens).ShouldBe((normalised, "openai", 7));
    }

    [Fact]
    public async Task Of_several_spellings_without_the_normalised_one_the_oldest_stays()
    {
        var task = await Seed.LoneTask();
        await Seed.UsageRow(task, "OPENAI", createdAt: Instant.FromUtc(2025, 1, 2, 0, 0));
        var oldest = await Seed.UsageRow(task, "OpenAI", createdAt: Instant.FromUtc(2025, 1, 1, 0, 0));
        await RecordAsync(task, new UsageEntry("openai", "gpt", 7));

        var row = await OnlyRowAsync(task);
        (row.Id, row.Provider, row.InputTokens).ShouldBe((oldest, "openai", 7));
    }

    [Fact]
    public async Task Spellings_of_other_models_providers_and_tasks_are_unchanged()
    {
        var task = await Seed.LoneTask();
        var other = await Seed.LoneTask();
        await Seed.UsageRow(task, "OpenAI", "other");
        await Seed.UsageRow(task, "Azure", "gpt");
        await Seed.UsageRow(task, "OPENAİ", "gpt");
        await Seed.UsageRow(other, "OpenAI", "gpt");
        await RecordAsync(task, new UsageEntry("openai", "gpt", 7));

        (await RowsAsync(task)).Select(row => (row.Provider, row.Model)).ShouldBe(
            [("Azure", "gpt"), ("OPENAİ", "gpt"), ("OpenAI", "other"), ("openai", "gpt")], ignoreOrder: true);
        (await OnlyRowAsync(other)).Provider.ShouldBe("OpenAI");
    }

    [Theory]
    [InlineData("İI ıi")]
    [InlineData("\u00a0Ünïcode\u2003")]
    [InlineData("\u212aELVIN")]
    public async Task The_database_folds_a_provider_as_the_engine_does(string provider)
    {
        var folded = await Database.ScalarAsync<string>(
            """select lower(btrim(@provider, e' \t\n\x0b\f\r') collate "C")""", new { provider });
        ProviderName.Normalize(provider).ShouldBe(folded);
    }
}
