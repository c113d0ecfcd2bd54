using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Http;

public abstract class HttpTests(HttpFixture fixture) : IClassFixture<HttpFixture>
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected HttpFixture Fixture => fixture;

    protected TestDatabase Database => fixture.Database;

    protected Place Mine => fixture.World.Mine;

    protected Place Theirs => fixture.World.Theirs;

    protected static async Task<JsonNode> JsonAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;

    protected static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string? json) => client.PostAsync(
        new Uri(path, UriKind.Relative), json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), Cancellation);

    protected static Task<HttpResponseMessage> GetAsync(HttpClient client, string path) =>
        client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);

    /// <summary>A complete response without its date and trace id.</summary>
    protected static async Task<string> WholeAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        if (body.StartsWith('{'))
        {
            var json = JsonNode.Parse(body)!.AsObject();
            json.Remove("trace_id");
            body = json.ToJsonString();
        }

        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Content-Length"))
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => $"{header.Key}: {string.Join(",", header.Value)}");
        return $"{(int)response.StatusCode}\n{string.Join('\n', headers)}\n{body}";
    }

    /// <summary>Asserts that a response is a problem, and returns its errors.</summary>
    protected static async Task<JsonArray> ErrorsAsync(HttpResponseMessage response, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        response.StatusCode.ShouldBe(status, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        return JsonNode.Parse(text)!["errors"]?.AsArray() ?? [];
    }
}
