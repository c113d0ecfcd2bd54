using System.ClientModel;
using System.Diagnostics.Metrics;
using Anthropic;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using OpenAI;
using Shouldly;
using Usage.Extensions.AI;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Recording;
using Xunit;

namespace Usage.Tests.Integration.ExtensionsAI;

/// <summary>Real adapters over a server that speaks the providers' wire formats, and what becomes of their calls.</summary>
public abstract class ChatRecordingTests(DatabaseFixture fixture) : RecordingTests(fixture), IAsyncLifetime
{
    private MetricCollector<long> calls = null!;

    internal FakeProvider Provider { get; private set; } = null!;

    protected ServiceProvider Services { get; private set; } = null!;

    protected FakeLogCollector Log => Services.GetRequiredService<FakeLogCollector>();

    internal ModelCallQueue Queue => Services.GetServices<IHostedService>().OfType<ModelCallQueue>().Single();

    protected virtual void Configure(UsageChatOptions options)
    {
    }

    public async ValueTask InitializeAsync()
    {
        Provider = await FakeProvider.StartAsync();
        Services = new ServiceCollection()
            .AddSingleton(Database.DataSource)
            .AddLogging(logging => logging.AddFakeLogging())
            .AddUsageEngine(options => options.DrainInBackground = false)
            .AddUsageChatRecording(Configure)
            .BuildServiceProvider();
        calls = new(Services.GetRequiredService<IMeterFactory>(), "Usage.Extensions.AI", "usage.calls");
    }

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        calls.Dispose();
        await Services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected IChatClient OpenAI() =>
        new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new(Provider.Address, "/v1") })
            .GetChatClient("gpt-test").AsIChatClient();

    protected IChatClient Anthropic() =>
        new AnthropicClient { ApiKey = "none", BaseUrl = Provider.Address.ToString().TrimEnd('/') }.AsIChatClient("claude-test");

    protected static async Task CallAsync(IChatClient chat, Guid task, bool isStreamed, ChatOptions? options = null)
    {
        using var scope = UsageScope.Begin(task);
        if (isStreamed)
        {
            await chat.GetStreamingResponseAsync("go", options, Cancellation).ToChatResponseAsync(Cancellation);
        }
        else
        {
            await chat.GetResponseAsync("go", options, Cancellation);
        }
    }

    /// <summary>Records all calls so far.</summary>
    protected async Task SettleAsync()
    {
        await Queue.StartAsync(Cancellation);
        await Queue.StopAsync(Cancellation);
    }

    protected async Task FiguresShouldBeAsync(
        Guid task, string providerName, string model, (long Input, long Output, long CacheRead, long CacheWrite) figures)
    {
        var row = await OnlyRowAsync(task);
        (row.Provider, row.Model).ShouldBe((providerName, model));
        (row.InputTokens, row.OutputTokens, row.CacheReadTokens, row.CacheWriteTokens).ShouldBe(figures);
    }

    protected IReadOnlyList<(string Outcome, long Number)> Outcomes() =>
    [
        .. calls.GetMeasurementSnapshot()
            .GroupBy(measurement => (string)measurement.Tags["usage.outcome"]!)
            .Select(group => (group.Key, group.Sum(measurement => measurement.Value)))
            .OrderBy(outcome => outcome.Key, StringComparer.Ordinal),
    ];
}
