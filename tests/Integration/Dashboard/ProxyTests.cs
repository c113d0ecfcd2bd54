using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Shouldly;
using Usage.Tests.Integration.Cli;
using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace Usage.Tests.Integration.Dashboard;

[Collection("Dashboard")]
public sealed class ProxyTests(DashboardFixture fixture, Browser browser)
{
    [Theory]
    [InlineData("/team/a", "/usage")]
    [InlineData("", "/")]
    public async Task Under_a_path_base_everything_works(string pathBase, string pattern)
    {
        await using var app = await DashboardHost.StartAsync(fixture.Database, host =>
        {
            host.UsePathBase(pathBase);
            host.UseRouting();
            host.UseAuthentication();
            host.UseAuthorization();
            host.MapUsageDashboard(pattern).RequireAuthorization();
        });
        await using BrowserPage visit = new(
            await browser.OpenAsync(headers: [new(DashboardHost.Badge, fixture.Viewer.ToString())]), new Uri(app.Urls.Single()));
        await visit.OpenAsync($"{pathBase}{pattern}");
        await ShouldWorkAsync(visit);
    }

    /// <summary>
    /// The unmodified sample host in its own process with its own sign-in, behind a proxy that strips a prefix.
    /// </summary>
    [Fact]
    public async Task The_sample_works_behind_a_proxy_that_strips_a_prefix()
    {
        await using var sample = ChildProcess.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Usage.Samples.DashboardHost.dll")],
            new Dictionary<string, string?>
            {
                ["ConnectionStrings__App"] = fixture.Database.ConnectionString, ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["ASPNETCORE_ENVIRONMENT"] = "Production", ["SignIn__Key"] = "only this test knows", ["SignIn__User"] = fixture.Viewer.ToString(),
                ["Usage__DrainInBackground"] = "false", ["Logging__LogLevel__Default"] = "Warning",
                ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
            });
        await using var proxy = await ProxyAsync(await sample.AddressAsync());
        await using BrowserPage visit = new(await browser.OpenAsync(), new Uri(proxy.Urls.Single()));
        await visit.OpenAsync("gateway/ops/usage");
        visit.Page.Url.ShouldContain("/gateway/sign-in");
        await visit.Page.Locator("input[name=key]").FillAsync("only this test knows");
        await visit.Page.Locator("button").ClickAsync();
        await ShouldWorkAsync(visit);
        visit.Page.Url.ShouldContain("/gateway/ops/usage/workspace");
    }

    /// <summary>From the list of workspaces to one of them, then to another window, with live updates and styles.</summary>
    private static async Task ShouldWorkAsync(BrowserPage visit)
    {
        var events = visit.Page.WaitForResponseAsync(response => response.Url.Contains("/events?", StringComparison.Ordinal));
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Copper Labs" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#figures .value").First).ToBeVisibleAsync();
        (await events).Status.ShouldBe(200);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "7d", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#trend-table tbody tr")).ToHaveCountAsync(7);
        (await visit.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.figures')).display")).ShouldBe("grid");
        visit.ShouldHaveNoFault();
    }

    private static async Task<WebApplication> ProxyAsync(Uri destination)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [
                new RouteConfig
                {
                    RouteId = "all", ClusterId = "sample", Match = new() { Path = "/gateway/{**rest}" },
                    Transforms = [new Dictionary<string, string> { ["PathRemovePrefix"] = "/gateway" }, new Dictionary<string, string> { ["X-Forwarded"] = "Set", ["Prefix"] = "Off" }, new Dictionary<string, string> { ["RequestHeader"] = "X-Forwarded-Prefix", ["Set"] = "/gateway" }],
                },
            ],
            [new ClusterConfig { ClusterId = "sample", Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = destination.ToString() } } }]);
        var proxy = builder.Build();
        proxy.MapReverseProxy();
        await proxy.StartAsync();
        return proxy;
    }
}
