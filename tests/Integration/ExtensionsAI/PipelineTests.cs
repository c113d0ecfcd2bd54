using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Usage.Extensions.AI;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.ExtensionsAI;

/// <summary>Where <c>UseUsage</c> stands in a pipeline, and what becomes of calls that can't be recorded.</summary>
public sealed class PipelineTests(DatabaseFixture fixture) : ChatRecordingTests(fixture)
{
    private const int QueueCapacity = 3;

    private static readonly IDistributedCache Cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_response_of_a_cache_is_not_counted(bool isStreamed)
    {
        var task = await Seed.LoneTask();
        using var chat = OpenAI().AsBuilder().UseDistributedCache(Cache).UseUsage().Build(Services);
        ChatOptions options = new() { Instructions = task.ToString() };
        await CallAsync(chat, task, isStreamed, options);
        await CallAsync(chat, task, isStreamed, options);
        await SettleAsync();
        await FiguresShouldBeAsync(task, "openai", "gpt-test", (40, 7, 60, 0));
        Outcomes().ShouldBe([("recorded", 1)]);
    }

    [Fact]
    public void An_order_that_counts_wrong_is_warned_of()
    {
        OpenAI().AsBuilder().UseFunctionInvocation().UseDistributedCache(Cache).UseUsage().Build(Services).Dispose();
        Log.GetSnapshot().ShouldBeEmpty();
        OpenAI().AsBuilder().UseUsage().UseFunctionInvocation().UseDistributedCache(Cache).Build(Services).Dispose();
        Log.GetSnapshot().Select(record => record.Message).ShouldBe([
            "UseUsage is outside of UseFunctionInvocation: put it after that in the builder, so that each turn is counted once and a cached response not at all",
            "UseUsage is outside of a cache: put it after that in the builder, so that each turn is counted once and a cached response not at all",
        ]);
    }

    [Fact]
    public async Task A_call_without_a_task_and_one_without_room_are_counted_as_what_they_are()
    {
        var task = await Seed.LoneTask();
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        await chat.GetResponseAsync("go", cancellationToken: Cancellation);
        for (var call = 0; call < QueueCapacity + 2; call++)
        {
            await CallAsync(chat, task, isStreamed: false);
        }

        await SettleAsync();
        Outcomes().ShouldBe([("lost", 2), ("no_task", 1), ("recorded", QueueCapacity)]);
        Log.GetSnapshot().ShouldContain(record => record.Message.StartsWith("The usage of 1 model calls is lost so far"));
        await FiguresShouldBeAsync(task, "openai", "gpt-test", (40 * QueueCapacity, 7 * QueueCapacity, 60 * QueueCapacity, 0));
    }

    [Fact]
    public async Task A_call_whose_task_is_gone_is_lost_and_the_next_one_is_recorded()
    {
        var task = await Seed.LoneTask();
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        await CallAsync(chat, Guid.NewGuid(), isStreamed: false);
        await CallAsync(chat, task, isStreamed: false);
        await SettleAsync();
        Outcomes().ShouldBe([("lost", 1), ("recorded", 1)]);
    }

    [Fact]
    public async Task An_inner_scope_and_the_options_of_a_call_name_its_task()
    {
        Guid[] tasks = [await Seed.LoneTask(), await Seed.LoneTask(), await Seed.LoneTask()];
        using var chat = OpenAI().AsBuilder().UseUsage().Build(Services);
        using (UsageScope.Begin(tasks[0]))
        {
            await CallAsync(chat, tasks[1], isStreamed: false);
            await chat.GetResponseAsync("go", new() { AdditionalProperties = new() { [UsageScope.TaskIdProperty] = tasks[2].ToString() } }, Cancellation);
        }

        await SettleAsync();
        (await RowsAsync(tasks[0])).ShouldBeEmpty();
        await OnlyRowAsync(tasks[1]);
        await OnlyRowAsync(tasks[2]);
    }

    [Fact]
    public void A_pipeline_without_the_recording_says_what_it_needs() =>
        Should.Throw<InvalidOperationException>(() => OpenAI().AsBuilder().UseUsage().Build(new ServiceCollection().BuildServiceProvider()))
            .Message.ShouldContain("AddUsageChatRecording");

    protected override void Configure(UsageChatOptions options) => options.QueueCapacity = QueueCapacity;
}
