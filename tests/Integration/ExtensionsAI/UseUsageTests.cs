using System.ClientModel;
using Microsoft.Extensions.AI;
using Shouldly;
using Usage.Extensions.AI;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.ExtensionsAI;

/// <summary>The figures of each call, as the adapters of OpenAI and Anthropic give them.</summary>
public sealed class UseUsageTests(DatabaseFixture fixture) : ChatRecordingTests(fixture)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cached_tokens_of_OpenAI_are_counted_once(bool isStreamed)
    {
        var task = await Seed.LoneTask();
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        await CallAsync(chat, task, isStreamed);
        await CallAsync(chat, task, isStreamed);
        await SettleAsync();
        await FiguresShouldBeAsync(task, "openai", "gpt-test", (80, 14, 120, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cached_tokens_of_Anthropic_are_counted_once(bool isStreamed)
    {
        var task = await Seed.LoneTask();
        using var chat = Anthropic().AsBuilder().UseUsage().Build(Services);
        await CallAsync(chat, task, isStreamed);
        await SettleAsync();
        await FiguresShouldBeAsync(task, "anthropic", "claude-test", (10, 7, 60, 30));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_turn_of_a_tool_loop_is_counted_once(bool isStreamed)
    {
        var task = await Seed.LoneTask();
        Provider.CallsTools = true;
        using var chat = OpenAI().AsBuilder().UseFunctionInvocation().UseUsage().Build(Services);
        ChatOptions options = new()
        {
            Tools = [AIFunctionFactory.Create(() => "seen", "look")],
            AdditionalProperties = new() { [UsageScope.TaskIdProperty] = task },
        };
        var response = isStreamed
            ? await chat.GetStreamingResponseAsync("go", options, Cancellation).ToChatResponseAsync(Cancellation)
            : await chat.GetResponseAsync("go", options, Cancellation);
        response.Usage!.InputTokenCount.ShouldBe(200, "the outer client adds");
        await SettleAsync();
        await FiguresShouldBeAsync(task, "openai", "gpt-test", (80, 14, 120, 0));
        Outcomes().ShouldBe([("recorded", 2)]);
    }

    [Fact]
    public async Task A_stream_that_is_left_early_is_unknown_and_not_zero()
    {
        var task = await Seed.LoneTask();
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        using (UsageScope.Begin(task))
        {
            await foreach (var _ in chat.GetStreamingResponseAsync("go", cancellationToken: Cancellation))
            {
                break;
            }
        }

        await SettleAsync();
        (await RowsAsync(task)).ShouldBeEmpty();
        Outcomes().ShouldBe([("unknown", 1)]);
    }

    [Fact]
    public async Task A_call_that_the_adapter_repeats_is_counted_once_and_a_failed_one_is_thrown()
    {
        var task = await Seed.LoneTask();
        Provider.Failures.Enqueue(500);
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        await CallAsync(chat, task, isStreamed: false);
        Provider.Failures.Enqueue(400);
        await Should.ThrowAsync<ClientResultException>(() => CallAsync(chat, task, isStreamed: false));
        await SettleAsync();
        await FiguresShouldBeAsync(task, "openai", "gpt-test", (40, 7, 60, 0));
        Outcomes().ShouldBe([("recorded", 1), ("unknown", 1)]);
    }

    [Fact]
    public async Task A_cancelled_call_is_unknown()
    {
        var task = await Seed.LoneTask();
        Provider.IsSilent = true;
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        using CancellationTokenSource source = new();
        using (UsageScope.Begin(task))
        {
            var call = chat.GetResponseAsync("go", cancellationToken: source.Token);
            await source.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => call);
        }

        await SettleAsync();
        (await RowsAsync(task)).ShouldBeEmpty();
        Outcomes().ShouldBe([("unknown", 1)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_response_that_breaks_off_is_thrown_and_unknown(bool isStreamed)
    {
        var task = await Seed.LoneTask();
        Provider.BreaksOff = true;
        using var chat = Anthropic().AsBuilder().UseUsage().Build(Services);
        await Should.ThrowAsync<Exception>(() => CallAsync(chat, task, isStreamed));
        await SettleAsync();
        (await RowsAsync(task)).ShouldBeEmpty();
        Outcomes().ShouldBe([("unknown", 1)]);
    }

    [Fact]
    public async Task A_response_id_is_counted_once()
    {
        var task = await Seed.LoneTask();
        Provider.ResponseId = "the same";
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        await CallAsync(chat, task, isStreamed: false);
        await CallAsync(chat, task, isStreamed: true);
        await SettleAsync();
        await FiguresShouldBeAsync(task, "openai", "gpt-test", (40, 7, 60, 0));
        Outcomes().ShouldBe([("recorded", 1), ("repeated", 1)]);
    }

    [Fact]
    public async Task Ten_thousand_calls_in_parallel_are_all_counted_once()
    {
        const int Calls = 10_000;
        Guid[] tasks = [await Seed.LoneTask(), await Seed.LoneTask(), await Seed.LoneTask()];
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        await Queue.StartAsync(Cancellation);
        await Parallel.ForEachAsync(Enumerable.Range(0, Calls), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (number, _) =>
            await CallAsync(chat, tasks[number % tasks.Length], isStreamed: number % 2 == 0));
        await Queue.StopAsync(Cancellation);
        var rows = await Task.WhenAll(tasks.Select(OnlyRowAsync));
        rows.Sum(row => row.InputTokens).ShouldBe(40 * Calls);
        rows.Sum(row => row.OutputTokens).ShouldBe(7 * Calls);
        rows.Sum(row => row.CacheReadTokens).ShouldBe(60 * Calls);
        Outcomes().ShouldBe([("recorded", Calls)]);
    }
}
