using System.ClientModel;
using System.Diagnostics.Metrics;
using Anthropic;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using OpenAI;
using Shouldly;
using Usage.Extensions.AI;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Recording;
using Xunit;

namespace Usage.Tests.Integration.ExtensionsAI;

/// <summary>Real adapters over a server that speaks the providers' wire formats.</summary>
public sealed class UseUsageTests(DatabaseFixture fixture) : RecordingTests(fixture), IAsyncLifetime
{
    private FakeProvider provider = null!;
    private ServiceProvider services = null!;
    private MetricCollector<long> calls = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await FakeProvider.StartAsync();
        services = new ServiceCollection()
            .AddSingleton(Database.DataSource)
            .AddUsageEngine(options => options.DrainInBackground = false)
            .AddUsageChatRecording()
            .BuildServiceProvider();
        calls = new(services.GetRequiredService<IMeterFactory>(), "Usage.Extensions.AI", "usage.calls");
        await Queue.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        calls.Dispose();
        await services.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cached_tokens_of_OpenAI_are_counted_once(bool isStreamed)
    {
        var task = await Seed.LoneTask();
        using var chat = OpenAI().AsBuilder().UseUsage().Build(services);
        await CallAsync(chat, task, isStreamed);
        await CallAsync(chat, task, isStreamed);
        await StopAsync();
        await FiguresShouldBeAsync(task, "openai", "gpt-test", (80, 14, 120, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cached_tokens_of_Anthropic_are_counted_once(bool isStreamed)
    {
        var task = await Seed.LoneTask();
        using var chat = Anthropic().AsBuilder().UseUsage().Build(services);
        await CallAsync(chat, task, isStreamed);
        await StopAsync();
        await FiguresShouldBeAsync(task, "anthropic", "claude-test", (10, 7, 60, 30));
    }

    [Fact]
    public async Task Each_turn_of_a_tool_loop_is_counted_once()
    {
        var task = await Seed.LoneTask();
        provider.CallsTools = true;
        using var chat = OpenAI().AsBuilder().UseFunctionInvocation().UseUsage().Build(services);
        ChatOptions options = new()
        {
            Tools = [AIFunctionFactory.Create(() => "seen", "look")],
            AdditionalProperties = new() { [UsageScope.TaskIdProperty] = task },
        };
        (await chat.GetResponseAsync("go", options, Cancellation)).Usage!.InputTokenCount.ShouldBe(200, "the outer client adds");
        await StopAsync();
        await FiguresShouldBeAsync(task, "openai", "gpt-test", (80, 14, 120, 0));
        Outcomes().ShouldBe([("recorded", 2)]);
    }

    [Fact]
    public async Task A_stream_that_is_left_early_is_unknown_and_not_zero()
    {
        var task = await Seed.LoneTask();
        using var chat = OpenAI().AsBuilder().UseUsage().Build(services);
        using (UsageScope.Begin(task))
        {
            await foreach (var _ in chat.GetStreamingResponseAsync("go", cancellationToken: Cancellation))
            {
                break;
            }
        }

        await StopAsync();
        (await RowsAsync(task)).ShouldBeEmpty();
        Outcomes().ShouldBe([("unknown", 1)]);
    }

    [Fact]
    public async Task A_call_that_the_adapter_repeats_is_counted_once_and_a_failed_one_is_thrown()
    {
        var task = await Seed.LoneTask();
        provider.Failures.Enqueue(500);
        using var chat = OpenAI().AsBuilder().UseUsage().Build(services);
        await CallAsync(chat, task, isStreamed: false);
        provider.Failures.Enqueue(400);
        await Should.ThrowAsync<ClientResultException>(() => CallAsync(chat, task, isStreamed: false));
        await StopAsync();
        await FiguresShouldBeAsync(task, "openai", "gpt-test", (40, 7, 60, 0));
        Outcomes().ShouldBe([("recorded", 1), ("unknown", 1)]);
    }

    [Fact]
    public async Task A_cancelled_call_is_unknown()
    {
        var task = await Seed.LoneTask();
        provider.IsSilent = true;
        using var chat = OpenAI().AsBuilder().UseUsage().Build(services);
        using CancellationTokenSource source = new();
        using (UsageScope.Begin(task))
        {
            var call = chat.GetResponseAsync("go", cancellationToken: source.Token);
            await source.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => call);
        }

        await StopAsync();
        (await RowsAsync(task)).ShouldBeEmpty();
        Outcomes().ShouldBe([("unknown", 1)]);
    }

    [Fact]
    public async Task A_response_id_is_counted_once()
    {
        var task = await Seed.LoneTask();
        provider.ResponseId = "the same";
        using var chat = OpenAI().AsBuilder().UseUsage().Build(services);
        await CallAsync(chat, task, isStreamed: false);
        await CallAsync(chat, task, isStreamed: true);
        await StopAsync();
        await FiguresShouldBeAsync(task, "openai", "gpt-test", (40, 7, 60, 0));
        Outcomes().ShouldBe([("recorded", 1), ("repeated", 1)]);
    }

    [Fact]
    public async Task Ten_thousand_calls_in_parallel_are_all_counted_once()
    {
        const int Calls = 10_000;
        Guid[] tasks = [await Seed.LoneTask(), await Seed.LoneTask(), await Seed.LoneTask()];
        using var chat = OpenAI().AsBuilder().UseUsage().Build(services);
        await Parallel.ForEachAsync(Enumerable.Range(0, Calls), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (number, _) =>
            await CallAsync(chat, tasks[number % tasks.Length], isStreamed: number % 2 == 0));
        await StopAsync();
        var rows = await Task.WhenAll(tasks.Select(OnlyRowAsync));
        rows.Sum(row => row.InputTokens).ShouldBe(40 * Calls);
        rows.Sum(row => row.OutputTokens).ShouldBe(7 * Calls);
        rows.Sum(row => row.CacheReadTokens).ShouldBe(60 * Calls);
        Outcomes().ShouldBe([("recorded", Calls)]);
    }

    private ModelCallQueue Queue => services.GetServices<IHostedService>().OfType<ModelCallQueue>().Single();

    private IChatClient OpenAI() =>
        new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new(provider.Address, "/v1") })
            .GetChatClient("gpt-test").AsIChatClient();

    private IChatClient Anthropic() =>
        new AnthropicClient { ApiKey = "none", BaseUrl = provider.Address.ToString().TrimEnd('/') }.AsIChatClient("claude-test");

    private static async Task CallAsync(IChatClient chat, Guid task, bool isStreamed)
    {
        using var scope = UsageScope.Begin(task);
        if (isStreamed)
        {
            await chat.GetStreamingResponseAsync("go", cancellationToken: Cancellation).ToChatResponseAsync(Cancellation);
        }
        else
        {
            await chat.GetResponseAsync("go", cancellationToken: Cancellation);
        }
    }

    private Task StopAsync() => Queue.StopAsync(Cancellation);

    private async Task FiguresShouldBeAsync(
        Guid task, string providerName, string model, (long Input, long Output, long CacheRead, long CacheWrite) figures)
    {
        var row = await OnlyRowAsync(task);
        (row.Provider, row.Model).ShouldBe((providerName, model));
        (row.InputTokens, row.OutputTokens, row.CacheReadTokens, row.CacheWriteTokens).ShouldBe(figures);
    }

    private List<(string Outcome, long Number)> Outcomes() =>
    [
        .. calls.GetMeasurementSnapshot()
            .GroupBy(measurement => (string)measurement.Tags["usage.outcome"]!)
            .Select(group => (group.Key, group.Sum(measurement => measurement.Value)))
            .OrderBy(outcome => outcome.Key, StringComparer.Ordinal),
    ];
}
