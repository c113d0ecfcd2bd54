using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Usage.Tests.Integration.ExtensionsAI;

/// <summary>A local server that speaks the wire formats of OpenAI's chat completions and Anthropic's messages.</summary>
public sealed class FakeProvider : IAsyncDisposable
{
    private readonly WebApplication application;
    private int number;

    private FakeProvider(WebApplication application) => this.application = application;

    public Uri Address => new(application.Urls.Single());

    /// <summary>Status codes that the next requests are answered with; none: success.</summary>
    public ConcurrentQueue<int> Failures { get; } = new();

    /// <summary>Whether a request that offers tools and has no result yet is answered with a call of one.</summary>
    public bool CallsTools { get; set; }

    /// <summary>The id of every response; null: one each.</summary>
    public string? ResponseId { get; set; }

    /// <summary>Whether the connection is lost in the middle of an answer.</summary>
    public bool BreaksOff { get; set; }

    /// <summary>Whether no request is answered at all.</summary>
    public bool IsSilent { get; set; }

    public static async Task<FakeProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        FakeProvider provider = new(application);
        application.MapPost("/v1/chat/completions", context => provider.AnswerAsync(context, provider.OpenAI));
        application.MapPost("/v1/messages", context => provider.AnswerAsync(context, provider.Anthropic));
        await application.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, Func<JsonNode, bool, string> answer)
    {
        var request = (await JsonNode.ParseAsync(context.Request.Body))!;
        if (IsSilent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        if (Failures.TryDequeue(out var status))
        {
            context.Response.StatusCode = status;
            context.Response.Headers["retry-after-ms"] = "1";
            return;
        }

        var isStreamed = (bool?)request["stream"] ?? false;
        context.Response.ContentType = isStreamed ? "text/event-stream" : "application/json";
        var text = answer(request, isStreamed);
        if (BreaksOff)
        {
            await context.Response.WriteAsync(text[..(text.Length / 2)]);
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.WriteAsync(text);
    }

    private string NextId() => ResponseId ?? $"response-{Interlocked.Increment(ref number)}";

    private string OpenAI(JsonNode request, bool isStreamed)
    {
        var id = NextId();
        const string Usage = """{"prompt_tokens":100,"completion_tokens":7,"total_tokens":107,"prompt_tokens_details":{"cached_tokens":60}}""";
        var callsTool = CallsTools && !request["messages"]!.AsArray().Any(message => (string?)message!["role"] == "tool");
        const string ToolCalls = """ "tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"look","arguments":"{}"}}] """;
        if (isStreamed)
        {
            string Chunk(string choices, string usage) =>
                $$"""data: {"id":"{{id}}","object":"chat.completion.chunk","created":1,"model":"gpt-test","choices":[{{choices}}],"usage":{{usage}} }""" + "\n\n";
            var delta = callsTool ? ToolCalls : "\"content\":\"two\"";
            var reason = callsTool ? "tool_calls" : "stop";
            return Chunk("""{"index":0,"delta":{"role":"assistant","content":"one"},"finish_reason":null}""", "null")
                + Chunk($$$"""{"index":0,"delta":{{{{delta}}}},"finish_reason":null}""", "null")
                + Chunk($$$"""{"index":0,"delta":{},"finish_reason":"{{{reason}}}"}""", "null")
                + Chunk("", Usage) + "data: [DONE]\n\n";
        }

        var choice = callsTool
            ? $$$"""{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,{{{ToolCalls}}}}}"""
            : """{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"done"}}""";
        return $$"""{"id":"{{id}}","object":"chat.completion","created":1,"model":"gpt-test","choices":[{{choice}}],"usage":{{Usage}} }""";
    }

    private string Anthropic(JsonNode request, bool isStreamed)
    {
        var id = NextId();
        string Message(string content, string stop, int output) =>
            $$"""{"id":"{{id}}","type":"message","role":"assistant","model":"claude-test","content":[{{content}}],"stop_reason":{{stop}},"stop_sequence":null,"usage":{"input_tokens":10,"cache_read_input_tokens":60,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":{{output}} } }""";
        if (!isStreamed)
        {
            return Message("""{"type":"text","text":"done"}""", "\"end_turn\"", 7);
        }

        string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";
        return Event("message_start", $$"""{"type":"message_start","message":{{Message("", "null", 1)}} }""")
            + Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""")
            + Event("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"done"}}""")
            + Event("content_block_stop", """{"type":"content_block_stop","index":0}""")
            + Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":10,"cache_read_input_tokens":60,"cache_creation_input_tokens":30,"output_tokens":7}}""")
            + Event("message_stop", """{"type":"message_stop"}""");
    }
}
