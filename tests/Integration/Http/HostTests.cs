using System.Net;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Usage.Host;
using Usage.Host.Cli;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class HostTests(HttpFixture fixture) : HttpTests(fixture)
{
    private static readonly Dictionary<string, string?> Open = new() { ["Usage:Auth:Mode"] = "None", ["Usage:Auth:SigningKey"] = null };

    [Theory]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://*:5080")]
    [InlineData("http://[::]:5080")]
    [InlineData("http://10.0.0.1:5080")]
    [InlineData("http://example.com:5080")]
    [InlineData("http://127.0.0.1:5080;http://192.168.0.1:5080")]
    public void Without_authentication_any_address_but_loopback_is_refused(string address) =>
        Refusal(Open, address).ShouldContain("loopback only");

    [Fact]
    public void Without_authentication_an_address_of_the_servers_own_settings_is_refused_too() =>
        Refusal(new(Open) { ["Kestrel:Endpoints:Public:Url"] = "http://0.0.0.0:5081" }, null).ShouldContain("0.0.0.0:5081");

    [Theory]
    [InlineData("Mode", "Off", "it must be None or Jwt")]
    [InlineData("SigningKey", "short", "at least 32 bytes")]
    [InlineData("SigningKey", "", "exactly one of")]
    [InlineData("PublicKey", "/no/such/file.pem", "exactly one of")]
    [InlineData("Authority", "https://login.example.com", "exactly one of")]
    [InlineData("Audience", " ", "Audience is empty")]
    [InlineData("ClientId", "usage", "requires both")]
    [InlineData("ClientSecret", "secret", "without Usage:Auth:ClientId")]
    [InlineData("Scopes", "profile", "including openid")]
    [InlineData("PublicUrl", "/ops", "http or https address")]
    [InlineData("PublicUrl", "https://example.com/?a=1", "without a query")]
    public void An_invalid_authentication_setting_fails_the_start(string name, string value, string rule) =>
        Refusal(new() { ["Usage:Auth:Mode"] = "Jwt", ["Usage:Auth:SigningKey"] = HttpFixture.SigningKey, [$"Usage:Auth:{name}"] = value }, null)
            .ShouldContain(rule);

    [Theory]
    [InlineData("Authority", "http://login.example.com", "https address")]
    [InlineData("PublicKey", "/no/such/file.pem", "PublicKey cannot be read")]
    [InlineData("PublicKey", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "PublicKey cannot be read")]
    public void An_invalid_key_source_fails_the_start(string name, string value, string rule) =>
        Refusal(new() { ["Usage:Auth:Mode"] = "Jwt", [$"Usage:Auth:{name}"] = value }, null).ShouldContain(rule);

    [Fact]
    public async Task Without_authentication_everybody_on_this_machine_may_do_everything()
    {
        await using var app = await HttpFixture.StartAsync(Database, Open);
        using HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        foreach (var route in (string[])[.. Mine.Reads, .. Theirs.Reads, "api/usage/status"])
        {
            (await GetAsync(client, route)).StatusCode.ShouldBe(HttpStatusCode.OK, route);
        }

        (await GetAsync(client, $"api/workspaces/{Guid.NewGuid()}/usage/daily")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(client, $"api/tasks/{Mine.Task}/usage", """{"usage":[{"model":"m"}]}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("Host", "evil.example.com")]
    [InlineData("Origin", "https://evil.example.com")]
    [InlineData("Origin", "null")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("Forwarded", "")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Forwarded-Prefix", "/usage")]
    [InlineData("X-Original-Host", "usage.example.com")]
    [InlineData("X-Real-IP", "203.0.113.7")]
    [InlineData("X-Client-IP", "203.0.113.7")]
    [InlineData("CF-Connecting-IP", "203.0.113.7")]
    [InlineData("True-Client-IP", "203.0.113.7")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "")]
    public async Task Without_authentication_pages_of_other_sites_and_proxies_are_rejected(string header, string value)
    {
        await using var app = await HttpFixture.StartAsync(Database, Open);
        using HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
        await ErrorsAsync(await GetAsync(client, Mine.Reads[0]), HttpStatusCode.Forbidden);
        await ErrorsAsync(await PostAsync(client, "api/usage/pause", null), HttpStatusCode.Forbidden);
        (await Database.ScalarAsync<bool>("select paused_at is null from usage_rollup.control")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_OpenAPI_document_has_every_route_with_its_parameters()
    {
        using var client = Fixture.Client();
        var document = await JsonAsync(await GetAsync(client, "openapi/v1.json"));
        var paths = document["paths"]!.AsObject();
        foreach (var route in Mine.Reads)
        {
            var path = $"/{string.Join('/', route.Split('/').Select(part => Guid.TryParse(part, out _) ? "{id}" : part))}";
            paths.ContainsKey(path).ShouldBeTrue(path);
        }

        var daily = paths["/api/workspaces/{id}/usage/daily"]!["get"]!;
        daily["parameters"]!.AsArray().Select(parameter => (string)parameter!["name"]!).ShouldBe(
            ["id", "tz", "days", "from", "to", "compare", "fresh", "project_id", "agent_id", "runtime_id", "provider", "model"], ignoreOrder: true);
        daily["responses"]!["200"]!["content"]!.AsObject().Select(content => content.Key).ShouldBe(["application/json", "text/csv"]);
        var row = document["components"]!["schemas"]!["DailyUsage"]!["properties"]!;
        ((string)row["date"]!["format"]!).ShouldBe("date");
        row["cost_usd_ticks"].ShouldNotBeNull();
        paths.ContainsKey("/api/usage/batch").ShouldBeTrue();
        var entry = document["components"]!["schemas"]!["UsageEntryBody"]!["properties"]!;
        ((decimal)entry["input_tokens"]!["maximum"]!).ShouldBe(1_000_000_000_000);
        ((decimal)entry["input_tokens"]!["minimum"]!).ShouldBe(0);
    }

    [Fact]
    public async Task The_reference_page_loads_nothing_from_elsewhere()
    {
        using var client = Fixture.Client();
        var page = await (await GetAsync(client, "reference/")).Content.ReadAsStringAsync(Cancellation);
        page.ShouldNotContain("https://cdn");
        page.ShouldNotContain("fonts.scalar");
        (await GetAsync(client, "reference/scalar.js")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_viewer_over_the_read_limit_gets_Retry_After_and_others_are_unaffected()
    {
        await using var app = await HttpFixture.StartAsync(Database, new() { ["Usage:Http:ReadsPerMinute"] = "3" });
        using HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", HttpFixture.Token(Mine.Member));
        HttpResponseMessage answer;
        do
        {
            answer = await GetAsync(client, Mine.Reads[0]);
        }
        while (answer.StatusCode == HttpStatusCode.OK);
        await ErrorsAsync(answer, HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter.ShouldNotBeNull();

        client.DefaultRequestHeaders.Authorization = new("Bearer", HttpFixture.Token(Theirs.Member));
        (await GetAsync(client, Theirs.Reads[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static string Refusal(Dictionary<string, string?> settings, string? urls)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return Should.Throw<UsageConfigurationException>(
            () => UsageWebApplication.Build(configuration, "Host=localhost", urls, TimeProvider.System)).Message;
    }
}
