using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Usage.Dashboard.Serving;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

[Collection("Dashboard")]
public sealed class HostTests(DashboardFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_without_a_policy_does_not_start()
    {
        await using var app = DashboardHost.Build(fixture.Database, host => host.MapUsageDashboard());
        (await Should.ThrowAsync<InvalidOperationException>(() => app.StartAsync(Cancellation))).Message.ShouldContain("RequireAuthorization");
    }

    [Fact]
    public async Task A_policy_of_an_enclosing_group_or_anonymous_access_is_sufficient()
    {
        await using var grouped = await DashboardHost.StartAsync(
            fixture.Database, host => host.MapGroup("ops").RequireAuthorization().MapUsageDashboard("/usage"));
        await ShouldAnswerAsync(grouped, null, "ops/usage/prices", HttpStatusCode.Found);
        await using var open = await DashboardHost.StartAsync(fixture.Database, host => host.MapUsageDashboard("/u").AllowAnonymous());
        await ShouldAnswerAsync(open, null, "u/prices", HttpStatusCode.OK);
    }

    [Fact]
    public void A_host_without_the_services_is_refused_at_its_start() => Should.Throw<InvalidOperationException>(
        () => WebApplication.CreateSlimBuilder().Build().MapUsageDashboard()).Message.ShouldContain("AddUsageDashboard");

    [Fact]
    public async Task A_fallback_policy_closes_the_pages_and_leaves_the_assets_open()
    {
        await using var app = await DashboardHost.StartAsync(
            fixture.Database, host => host.MapUsageDashboard(),
            services => services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));
        await ShouldAnswerAsync(app, null, "usage/prices", HttpStatusCode.Found);
        foreach (var asset in app.Services.GetRequiredService<EmbeddedAssets>().All)
        {
            using var client = app.Client(null);
            using var response = await client.GetAsync(new Uri($"usage/{asset.Address}", UriKind.Relative), Cancellation);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Headers.CacheControl!.ToString().ShouldContain("immutable");
            (await response.Content.ReadAsByteArrayAsync(Cancellation)).ShouldBe(asset.Content);
        }
    }

    [Fact]
    public async Task The_dashboards_policy_is_not_that_of_the_hosts_own_pages()
    {
        await using var app = await DashboardHost.StartAsync(fixture.Database, host =>
        {
            host.MapUsageDashboard().RequireAuthorization();
            host.MapGet("/own", (HttpContext context) => "own");
        });
        using var client = app.Client(null);
        using var response = await client.GetAsync(new Uri("own", UriKind.Relative), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.Contains("Content-Security-Policy").ShouldBeFalse();
    }

    [Fact]
    public async Task Scripts_get_a_401_and_people_the_hosts_sign_in()
    {
        await ShouldAnswerAsync(fixture.App, null, $"usage/workspace?id={fixture.Workspace}", HttpStatusCode.Found);
        foreach (var address in (string[])[
            $"usage/workspace.parts?id={fixture.Workspace}", $"usage/workspace.csv?id={fixture.Workspace}", $"usage/events?workspace={fixture.Workspace}"])
        {
            await ShouldAnswerAsync(fixture.App, null, address, HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task A_foreign_subject_is_not_found_like_one_that_does_not_exist()
    {
        using var client = fixture.Client();
        foreach (var page in (string[])["workspace", "workspace.parts", "workspace.csv", "runtime", "agent", "project", "issue", "task", "model"])
        {
            using var foreign = await client.GetAsync(new Uri($"usage/{page}?id={fixture.Foreign}&model=m", UriKind.Relative), Cancellation);
            using var missing = await client.GetAsync(new Uri($"usage/{page}?id={Guid.NewGuid()}&model=m", UriKind.Relative), Cancellation);
            foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound, page);
            (await foreign.Content.ReadAsStringAsync(Cancellation)).ShouldBe(await missing.Content.ReadAsStringAsync(Cancellation), page);
        }

        await ShouldAnswerAsync(fixture.App, fixture.Viewer.ToString(), $"usage/events?workspace={fixture.Foreign}", HttpStatusCode.NotFound);
        (await client.GetStringAsync(new Uri("usage/", UriKind.Relative), Cancellation)).ShouldNotContain("Not yours");
    }

    [Fact]
    public async Task Every_page_has_a_strict_policy_and_is_small()
    {
        using HttpClient client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None }) { BaseAddress = new(fixture.App.Urls.Single()) };
        client.DefaultRequestHeaders.Add(DashboardHost.Badge, DashboardHost.Operator + fixture.Viewer);
        client.DefaultRequestHeaders.Add("Accept-Encoding", "br");
        foreach (var page in fixture.Pages)
        {
            using var response = await client.GetAsync(new Uri(page, UriKind.Relative), Cancellation);
            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self';", customMessage: page);
            policy.ShouldNotContain("unsafe");
            (await response.Content.ReadAsByteArrayAsync(Cancellation)).Length.ShouldBeLessThan(60_000, page);
        }

        var assets = fixture.App.Services.GetRequiredService<EmbeddedAssets>().All.ToLookup(asset => asset.ContentType.Split(';')[0], asset => asset.Compressed.Length);
        assets["text/javascript"].Sum().ShouldBeLessThan(20_000);
        assets["text/css"].Sum().ShouldBeLessThan(10_000);
    }

    private static async Task ShouldAnswerAsync(WebApplication app, string? badge, string address, HttpStatusCode status)
    {
        using var client = app.Client(badge, follows: false);
        using var response = await client.GetAsync(new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        response.StatusCode.ShouldBe(status, address);
    }
}
