using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using NodaTime;

namespace Usage.Extensions.AI;

/// <summary>Records each call of the inner client.</summary>
internal sealed class UsageChatClient(IChatClient inner, ModelCallQueue queue, ModelCallMetrics metrics, TimeProvider time)
    : DelegatingChatClient(inner)
{
    private const int MaxKeyLength = 200;

    private readonly ChatClientMetadata? metadata = inner.GetService<ChatClientMetadata>();

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var taskId = TaskOf(options);
        ChatResponse? response = null;
        try
        {
            return response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Record(taskId, CallCounts.Copy(response?.Usage), response?.ResponseId, response?.ModelId ?? options?.ModelId);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var taskId = TaskOf(options);
        // The sum of a stream's usage contents is its usage, as in ToChatResponse. Copies, because the contents belong to the caller.
        UsageDetails? usage = null;
        string? responseId = null, model = null;
        try
        {
            await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
            {
                responseId ??= update.ResponseId;
                model = update.ModelId ?? model;
                foreach (var content in update.Contents)
                {
                    if (content is UsageContent part)
                    {
                        (usage ??= new()).Add(part.Details);
                    }
                }

                yield return update;
            }
        }
        finally
        {
            Record(taskId, CallCounts.Copy(usage), responseId, model ?? options?.ModelId);
        }
    }

    private static Guid? TaskOf(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(UsageScope.TaskIdProperty, out var value) is true
            ? value switch
            {
                Guid id => id,
                string text when Guid.TryParse(text, out var id) => id,
                _ => null,
            }
            : UsageScope.CurrentTaskId;

    private void Record(Guid? taskId, CallCounts? counts, string? responseId, string? model)
    {
        if (counts is not { } known)
        {
            metrics.Count(ModelCallMetrics.Unknown);
        }
        else if (taskId is not { } task)
        {
            metrics.Count(ModelCallMetrics.NoTask);
        }
        else
        {
            queue.Add(new(
                task, KeyOf(responseId), metadata?.ProviderName, model ?? metadata?.DefaultModelId ?? "unknown", known,
                Instant.FromDateTimeOffset(time.GetUtcNow())));
        }
    }

    private static string KeyOf(string? responseId) => responseId switch
    {
        null or "" => Guid.NewGuid().ToString("n"),
        { Length: > MaxKeyLength } => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(responseId))),
        _ => responseId,
    };
}
