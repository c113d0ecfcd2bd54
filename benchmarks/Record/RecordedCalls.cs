using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Usage.Engine.Recording;
using Usage.Extensions.AI;

namespace Usage.Benchmarks.Record;

/// <summary>A model that answers at once, alone and with its usage recorded. The queue is read as in a host; its recorder stores nothing.</summary>
internal sealed class RecordedCalls : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly TimeProvider time;

    private RecordedCalls(NpgsqlDataSource database, TimeProvider time)
    {
        this.time = time;
        services = new ServiceCollection()
            .AddSingleton<IUsageRecorder, NoRecorder>()
            .AddSingleton(database)
            .AddUsageEngine(options => options.DrainInBackground = false)
            .AddUsageChatRecording(options => options.QueueCapacity = 1_000_000)
            .BuildServiceProvider();
        Recorded = new InstantModel().AsBuilder().UseUsage().Build(services);
    }

    public IChatClient Bare { get; } = new InstantModel();

    public IChatClient Recorded { get; }

    private ModelCallQueue Queue => services.GetServices<IHostedService>().OfType<ModelCallQueue>().Single();

    /// <param name="database">Where prices are.</param>
    /// <param name="time">Measures.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<RecordedCalls> StartAsync(NpgsqlDataSource database, TimeProvider time, CancellationToken cancellationToken)
    {
        RecordedCalls calls = new(database, time);
        await calls.Queue.StartAsync(cancellationToken);
        return calls;
    }

    /// <summary>Microseconds a call.</summary>
    public async Task<double> MeasureAsync(IChatClient chat, int calls, CancellationToken cancellationToken)
    {
        using var scope = UsageScope.Begin(Guid.NewGuid());
        ChatMessage[] messages = [new(ChatRole.User, "go")];
        var started = time.GetTimestamp();
        for (var call = 0; call < calls; call++)
        {
            await chat.GetResponseAsync(messages, cancellationToken: cancellationToken);
        }

        return time.GetElapsedTime(started).TotalMicroseconds / calls;
    }

    public async ValueTask DisposeAsync()
    {
        await Queue.StopAsync(CancellationToken.None);
        Recorded.Dispose();
        Bare.Dispose();
        await services.DisposeAsync();
    }

    private sealed class InstantModel : IChatClient
    {
        private readonly ChatResponse[] answers = [.. Enumerable.Range(0, 1_024).Select(number => new ChatResponse(new ChatMessage(ChatRole.Assistant, "done"))
        {
            ResponseId = $"response-{number}", ModelId = "gpt-5",
            Usage = new()
            {
                InputTokenCount = 100, CachedInputTokenCount = 60, OutputTokenCount = 7, AdditionalCounts = new() { ["CacheCreationInputTokens"] = 30 },
            },
        })];

        private int next;

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(answers[next++ & 1_023]);

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class NoRecorder : IUsageRecorder
    {
        public Task<bool> AddAsync(Guid taskId, string key, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default) =>
            Task.FromResult(true);

        public Task<bool> AddAsync(
            Guid taskId, string key, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task RecordAsync(Guid taskId, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task RecordAsync(Guid taskId, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(IReadOnlyList<TaskUsageEntries> tasks, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
            IReadOnlyList<TaskUsageEntries> tasks, NpgsqlTransaction transaction, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
