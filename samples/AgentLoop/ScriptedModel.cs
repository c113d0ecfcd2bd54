using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentLoop;

/// <summary>A model that runs offline: it asks for the weather, then answers. It counts tokens as a provider does, cached ones included.</summary>
internal sealed class ScriptedModel : IChatClient
{
    private const int TokensOfInstructions = 1_200;

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var seen = messages.ToList();
        var isFirst = seen.All(message => message.Role != ChatRole.Tool);
        ChatMessage answer = isFirst
            ? new(ChatRole.Assistant, [new FunctionCallContent($"call-{Guid.NewGuid():n}", "weather", new Dictionary<string, object?> { ["city"] = "Bergen" })])
            : new(ChatRole.Assistant, "It rains in Bergen.");
        var cached = isFirst ? 0 : TokensOfInstructions;
        return Task.FromResult(new ChatResponse(answer)
        {
            ResponseId = $"response-{Guid.NewGuid():n}",
            ModelId = "gpt-5-mini",
            Usage = new()
            {
                InputTokenCount = TokensOfInstructions + (40 * seen.Count), CachedInputTokenCount = cached, OutputTokenCount = isFirst ? 25 : 12,
            },
        });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("openai") : null;

    public void Dispose()
    {
    }
}
