using System.Net;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class SecurityHeaderTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Fact]
    public async Task Every_response_has_security_headers()
    {
        using var nobody = Fixture.Client();
        using var member = Fixture.Reader(Mine.Member);
        await CheckAsync(await GetAsync(member, Mine.Reads[0]), HttpStatusCode.OK);
        await CheckAsync(await GetAsync(member, Theirs.Reads[0]), HttpStatusCode.NotFound);
        await CheckAsync(await GetAsync(nobody, Mine.Reads[0]), HttpStatusCode.Unauthorized);
        await CheckAsync(await GetAsync(nobody, "health/live"), HttpStatusCode.OK);
        await CheckAsync(await GetAsync(nobody, "no/such/page"), HttpStatusCode.NotFound);
        await CheckAsync(await GetAsync(nobody, "openapi/v1.json"), HttpStatusCode.OK);
        await CheckAsync(await GetAsync(nobody, "reference/"), HttpStatusCode.OK);
        await CheckAsync(await GetAsync(nobody, "reference/scalar.js"), HttpStatusCode.OK);

        await using var open = await HttpFixture.StartAsync(
            Database, new() { ["Usage:Auth:Mode"] = "None", ["Usage:Auth:SigningKey"] = null });
        using HttpClient stranger = new() { BaseAddress = new(open.Urls.Single()) };
        stranger.DefaultRequestHeaders.Host = "usage.example.com";
        await CheckAsync(await GetAsync(stranger, Mine.Reads[0]), HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_reference_page_runs_its_own_scripts_with_a_nonce_per_response()
    {
        using var client = Fixture.Client();
        var (first, second) = (await NonceAsync(client), await NonceAsync(client));
        first.ShouldNotBe(second);
        Policy(await GetAsync(client, "health/live")).ShouldContain("default-src 'none'");
    }

    private static async Task<string> NonceAsync(HttpClient client)
    {
        var answer = await GetAsync(client, "reference/");
        var scripts = Policy(answer).Split(';', StringSplitOptions.TrimEntries).Single(rule => rule.StartsWith("script-src", StringComparison.Ordinal));
        scripts.ShouldNotContain("unsafe");
        var nonce = scripts.Split(' ').Single(source => source.StartsWith("'nonce-", StringComparison.Ordinal))["'nonce-".Length..^1];
        var page = await answer.Content.ReadAsStringAsync(Cancellation);
        var tags = page.Split("<script").Skip(1).ToList();
        tags.Count.ShouldBeGreaterThan(1);
        tags.ShouldAllBe(tag => tag.Contains($"nonce=\"{nonce}\""));
        return nonce;
    }

    private static async Task CheckAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        answer.StatusCode.ShouldBe(status, await answer.Content.ReadAsStringAsync(Cancellation));
        var route = answer.RequestMessage!.RequestUri!.AbsolutePath;
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"], route);
        answer.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"], route);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"], route);
        Policy(answer).ShouldContain("frame-ancestors 'none'", customMessage: route);
    }

    private static string Policy(HttpResponseMessage answer) => answer.Headers.GetValues("Content-Security-Policy").Single();
}
