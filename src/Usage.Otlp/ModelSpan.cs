using System.Globalization;
using NodaTime;
using Usage.Engine.Pricing;
using Usage.Otlp.Wire;

namespace Usage.Otlp;

/// <summary>A span of one call of a model, in the GenAI semantic conventions of OpenTelemetry, with their current or earlier attribute names.</summary>
/// <param name="Id">Trace and span id; null where they are none.</param>
/// <param name="Provider">The provider; null uses that of the task's runtime.</param>
/// <param name="Model">The model that answered, else the one that was asked.</param>
/// <param name="Tokens">What it used; the input of the conventions contains cached tokens.</param>
/// <param name="EndedAt">When the call ended.</param>
/// <param name="Attributes">All attributes as text: of the resource, and over them of the span.</param>
internal sealed record ModelSpan(
    string? Id, string? Provider, string Model, CallTokens Tokens, Instant EndedAt, IReadOnlyDictionary<string, string> Attributes)
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    private static readonly HashSet<string> Operations = ["chat", "text_completion", "generate_content", "embeddings"];

    /// <summary>The spans of model calls that report usage. Spans of agents and tools repeat the usage of the calls inside them.</summary>
    public static IEnumerable<ModelSpan> Of(ExportTraceServiceRequest request) =>
        from resource in request.ResourceSpans
        from scope in resource.ScopeSpans
        from span in scope.Spans
        let model = Of(resource.Resource, span)
        where model is not null
        select model;

    private static ModelSpan? Of(Resource? resource, Span span)
    {
        var attributes = Texts(resource, span);
        var operation = First(attributes, "gen_ai.operation.name") ?? Earlier(First(attributes, "llm.request.type"));
        var input = Count(attributes, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens");
        var output = Count(attributes, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens");
        if (operation is null || !Operations.Contains(operation) || (input ?? output) is null)
        {
            return null;
        }

        var read = Count(attributes, "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens") ?? 0;
        var write = Count(
            attributes, "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_write.input_tokens",
            "gen_ai.usage.cache_creation_input_tokens") ?? 0;
        return new(
            IdOf(span), First(attributes, "gen_ai.provider.name", "gen_ai.system"),
            First(attributes, "gen_ai.response.model", "gen_ai.request.model") ?? "unknown",
            new(Math.Max((input ?? 0) - read - write, 0), output ?? 0, read, write, 0),
            Instant.FromUnixTimeTicks((long)(span.EndTimeUnixNano / 100)), attributes);
    }

    private static Dictionary<string, string> Texts(Resource? resource, Span span)
    {
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (var attribute in (resource?.Attributes ?? []).Concat(span.Attributes))
        {
            if (Text(attribute.Value) is { } text)
            {
                texts[attribute.Key] = text;
            }
        }

        return texts;
    }

    private static string? Text(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString("R", CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        _ => null,
    };

    private static string? First(Dictionary<string, string> attributes, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (attributes.TryGetValue(name, out var text) && text.Length > 0)
            {
                return text;
            }
        }

        return null;
    }

    private static long? Count(Dictionary<string, string> attributes, params ReadOnlySpan<string> names) =>
        long.TryParse(First(attributes, names), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) ? count : null;

    private static string? Earlier(string? requestType) => requestType switch
    {
        "chat" => "chat",
        "completion" => "text_completion",
        "embedding" => "embeddings",
        _ => null,
    };

    private static string? IdOf(Span span) =>
        span.TraceId.Length == TraceIdBytes && span.SpanId.Length == SpanIdBytes
            ? $"span {Convert.ToHexStringLower(span.TraceId.Span)} {Convert.ToHexStringLower(span.SpanId.Span)}"
            : null;
}
