using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;
using Shouldly;
using Usage.Otlp.Wire;
using Usage.Tests.Integration.Http;
using Xunit;

namespace Usage.Tests.Integration.Otlp;

/// <summary>Spans of model calls that exporters send.</summary>
public sealed class TraceTests(HttpFixture fixture) : HttpTests(fixture), IAsyncLifetime
{
    private WebApplication app = null!;
    private Guid task;

    public async ValueTask InitializeAsync()
    {
        app = await HttpFixture.StartAsync(Database, new() { ["Usage:Otlp:Enabled"] = "true" });
        task = await Database.Seed.AgentTask(Mine.Agent, Mine.Issue, Mine.Runtime);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_span_is_counted_once_however_often_it_is_sent_and_cached_tokens_once_within_it()
    {
        var span = Span(
            ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "asked"), ("gen_ai.response.model", "gpt"),
            ("gen_ai.usage.input_tokens", 100L), ("gen_ai.usage.output_tokens", 7L), ("gen_ai.usage.cache_read.input_tokens", 60L),
            ("gen_ai.usage.cache_creation.input_tokens", 30L), ("usage.task.id", task.ToString()));
        (await SendAsync(Request(span, Span(span.TraceId, span.Attributes)))).ShouldBe(new ExportTraceServiceResponse());
        (await SendAsync(Request(span))).ShouldBe(new ExportTraceServiceResponse());
        (await RowsAsync()).ShouldBe([new("openai", "gpt", 20, 14, 120, 60)]);
    }

    [Fact]
    public async Task Earlier_names_and_the_task_of_a_resource_are_understood()
    {
        var request = Request(Span(
            ("llm.request.type", "completion"), ("gen_ai.system", "Anthropic"), ("gen_ai.request.model", "claude"),
            ("gen_ai.usage.prompt_tokens", 10L), ("gen_ai.usage.completion_tokens", "3")));
        request.ResourceSpans[0].Resource = new() { Attributes = { Attribute("usage.task.id", task.ToString()) } };
        (await SendAsync(request)).PartialSuccess.ShouldBeNull();
        (await RowsAsync()).ShouldBe([new("anthropic", "claude", 10, 3, 0, 0)]);
    }

    [Theory]
    [InlineData("invoke_agent")]
    [InlineData("execute_tool")]
    [InlineData("create_agent")]
    public async Task A_span_that_repeats_the_totals_of_others_is_passed_over(string operation)
    {
        (await SendAsync(Request(
            Span(("gen_ai.operation.name", operation), ("gen_ai.usage.input_tokens", 9L), ("usage.task.id", task.ToString())),
            Span(("gen_ai.operation.name", "chat"), ("usage.task.id", task.ToString())),
            Span(("http.request.method", "GET"))))).ShouldBe(new ExportTraceServiceResponse());
        (await RowsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_can_not_be_recorded_is_told_and_the_rest_is_recorded()
    {
        var theirs = await Database.Seed.AgentTask(Theirs.Agent);
        var answer = await SendAsync(Request(
            Call(task.ToString()), Call(theirs.ToString()), Call(null), Call("no guid"), Call(Guid.Empty.ToString())));
        answer.PartialSuccess.RejectedSpans.ShouldBe(4);
        answer.PartialSuccess.ErrorMessage.ShouldContain($"there is no task {theirs}");
        answer.PartialSuccess.ErrorMessage.ShouldContain("usage.task.id");
        (await RowsAsync()).ShouldBe([new("openai", "gpt", 5, 1, 0, 0)]);
    }

    [Fact]
    public async Task A_body_that_is_too_large_packed_or_not_or_no_protobuf_is_refused()
    {
        var large = new byte[(4 * 1024 * 1024) + 1];
        (await PostAsync(large, gzip: false)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await PostAsync(large, gzip: true)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await PostAsync([0xff, 0xff, 0xff], gzip: false)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync([], gzip: false, type: "application/json")).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await PostAsync([], gzip: false, "application/x-protobuf", token: null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync([], gzip: false, "application/x-protobuf", HttpFixture.Token(Mine.Member))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await PostAsync([], gzip: false)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_host_that_was_not_asked_to_takes_no_traces()
    {
        using var client = Fixture.Writer(Mine.Workspace);
        (await client.PostAsync(new Uri("v1/traces", UriKind.Relative), null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_exporter_of_OpenTelemetry_is_understood()
    {
        using ActivitySource source = new("test of traces");
        using (var provider = Sdk.CreateTracerProviderBuilder().SetSampler(new AlwaysOnSampler()).AddSource(source.Name).AddOtlpExporter(exporter =>
        {
            exporter.ExportProcessorType = ExportProcessorType.Simple;
            exporter.TimeoutMilliseconds = 120_000;
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
            exporter.Endpoint = new(Address, "v1/traces");
            exporter.Headers = $"Authorization=Bearer%20{Token}";
        }).Build())
        {
            using var span = source.StartActivity("chat gpt")!;
            span.SetTag("gen_ai.operation.name", "chat").SetTag("gen_ai.provider.name", "openai").SetTag("gen_ai.request.model", "gpt")
                .SetTag("gen_ai.usage.input_tokens", 11).SetTag("gen_ai.usage.output_tokens", 2L).SetTag("usage.task.id", task.ToString());
        }

        (await RowsAsync()).ShouldBe([new("openai", "gpt", 11, 2, 0, 0)]);
    }

    private Uri Address => new(app.Urls.Single());

    private string Token => HttpFixture.Token(Guid.NewGuid(), ["usage.write"], [Mine.Workspace]);

    private static Span Call(string? task) => Span(
    [
        ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt"),
        ("gen_ai.usage.input_tokens", 5L), ("gen_ai.usage.output_tokens", 1L), .. task is null ? [] : new (string, object)[] { ("usage.task.id", task) },
    ]);

    private static Span Span(params (string Name, object Value)[] attributes) =>
        Span(Bytes(16), attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));

    private static Span Span(ByteString trace, IEnumerable<KeyValue> attributes) => new()
    {
        TraceId = trace, SpanId = Bytes(8),
        EndTimeUnixNano = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000, Attributes = { attributes },
    };

    private static ByteString Bytes(int count) => ByteString.CopyFrom([.. Guid.NewGuid().ToByteArray().Take(count)]);

    private static KeyValue Attribute(string name, object value) => new()
    {
        Key = name, Value = value is long number ? new() { IntValue = number } : new() { StringValue = (string)value },
    };

    private static ExportTraceServiceRequest Request(params Span[] spans) =>
        new() { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { spans } } } } } };

    private async Task<ExportTraceServiceResponse> SendAsync(ExportTraceServiceRequest request)
    {
        var answer = await PostAsync(request.ToByteArray(), gzip: true);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-protobuf");
        return ExportTraceServiceResponse.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    private Task<HttpResponseMessage> PostAsync(byte[] body, bool gzip, string type = "application/x-protobuf") =>
        PostAsync(body, gzip, type, Token);

    private async Task<HttpResponseMessage> PostAsync(byte[] body, bool gzip, string type, string? token)
    {
        using HttpClient client = new() { BaseAddress = Address };
        // The answer may come before the body is sent.
        client.DefaultRequestHeaders.ExpectContinue = true;
        client.DefaultRequestHeaders.Authorization = token is null ? null : new("Bearer", token);
        using ByteArrayContent content = new(gzip ? Packed(body) : body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (gzip)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return await client.PostAsync(new Uri("v1/traces", UriKind.Relative), content, Cancellation);
    }

    private static byte[] Packed(byte[] body)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }

    private Task<IReadOnlyList<StoredUsage>> RowsAsync() => Database.QueryAsync<StoredUsage>(
        """
        select provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens
        from public.task_usage where task_id = @task order by 1, 2
        """,
        new { task });

    private sealed record StoredUsage(
        string Provider, string Model, long InputTokens, long OutputTokens, long CacheReadTokens, long CacheWriteTokens);
}
