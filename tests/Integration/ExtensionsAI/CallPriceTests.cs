using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Usage.Engine.Pricing;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.ExtensionsAI;

/// <summary>Calls that are priced one by one, because a sum of them no longer tells what each cost.</summary>
public sealed class CallPriceTests(DatabaseFixture fixture) : ChatRecordingTests(fixture)
{
    private static readonly PriceSource Source = new("test.csv", PriceListFormat.Usage, "");

    [Fact]
    public async Task A_call_is_priced_by_the_tier_of_its_context_and_not_by_that_of_the_sum()
    {
        // Each call has 100 tokens of context, two have 200: more than the tier begins above.
        await ImportAsync(new("openai", "gpt-test", null, 1, 2, 3, 4), new("openai", "gpt-test", null, 10, 20, 30, 40, null, 150));
        var task = await Seed.LoneTask();
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        await CallAsync(chat, task, isStreamed: false);
        await CallAsync(chat, task, isStreamed: true);
        await SettleAsync();
        (await OnlyRowAsync(task)).CostUsdTicks.ShouldBe(2 * ((40 * 1) + (7 * 2) + (60 * 3)) * 10_000L);
    }

    [Fact]
    public async Task A_call_above_the_threshold_costs_the_higher_tier_as_a_whole()
    {
        await ImportAsync(new("openai", "gpt-test", null, 1, 2, 3, 4), new("openai", "gpt-test", null, 10, 20, 30, 40, null, 99));
        var task = await Seed.LoneTask();
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        await CallAsync(chat, task, isStreamed: false);
        await SettleAsync();
        (await OnlyRowAsync(task)).CostUsdTicks.ShouldBe(((40 * 10) + (7 * 20) + (60 * 30)) * 10_000L);
    }

    [Fact]
    public async Task A_call_whose_sum_tells_as_much_is_left_to_the_estimate()
    {
        await ImportAsync(new ModelPrice("openai", "gpt-test", null, 1, 2, 3, 4));
        var task = await Seed.LoneTask();
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        await CallAsync(chat, task, isStreamed: false);
        await SettleAsync();
        (await OnlyRowAsync(task)).CostUsdTicks.ShouldBeNull();
    }

    private async Task ImportAsync(params ModelPrice[] prices) => await Services.GetRequiredService<PriceStore>().ImportAsync(
        prices, Source, replace: true, cancellationToken: Cancellation);
}
