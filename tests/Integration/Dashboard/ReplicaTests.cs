using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Shouldly;
using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace Usage.Tests.Integration.Dashboard;

[Collection("Dashboard")]
public sealed class ReplicaTests(DashboardFixture fixture, Browser browser)
{
    /// <summary>Each request goes to the other replica than the one before: a form is sent to one that has not made it.</summary>
    [Fact]
    public async Task Two_replicas_behind_a_balancer_are_one_dashboard_when_they_share_their_keys()
    {
        var keys = Directory.CreateTempSubdirectory("usage-keys-");
        try
        {
            await using var first = await ReplicaAsync(keys);
            await using var second = await ReplicaAsync(keys);
            await using var balancer = await BalancerAsync(first, second);
            await using BrowserPage visit = new(
                await browser.OpenAsync(headers: [new(DashboardHost.Badge, DashboardHost.Operator + fixture.Viewer)]), new Uri(balancer.Urls.Single()));
            HashSet<string> served = [];
            await visit.OpenAsync("usage/operate");
            visit.Page.Response += (_, response) => served.Add(response.Headers.GetValueOrDefault("replica", ""));
            foreach (var (action, then) in (IEnumerable<(string, string)>)
                [("Pause draining", "Resume draining"), ("Resume draining", "Pause draining"), ("Pause draining", "Resume draining"), ("Resume draining", "Pause draining")])
            {
                await visit.Page.GetByRole(AriaRole.Button, new() { Name = action }).ClickAsync();
                await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = then })).ToBeVisibleAsync();
            }

            served.Count.ShouldBeGreaterThanOrEqualTo(2);
            await visit.OpenAsync($"usage/workspace?id={fixture.Workspace}");
            (await visit.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.figures')).display")).ShouldBe("grid");
            visit.ShouldHaveNoFault();
        }
        finally
        {
            keys.Delete(recursive: true);
        }
    }

    private Task<WebApplication> ReplicaAsync(DirectoryInfo keys) => DashboardHost.StartAsync(
        fixture.Database,
        host =>
        {
            host.Use((context, next) =>
            {
                context.Response.Headers["replica"] = host.Urls.First();
                return next(context);
            });
            host.MapUsageDashboard().RequireAuthorization();
        },
        services => services.AddDataProtection().SetApplicationName("one host").PersistKeysToFileSystem(keys));

    private static async Task<WebApplication> BalancerAsync(params WebApplication[] replicas)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "replicas", Match = new() { Path = "{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "replicas", LoadBalancingPolicy = "RoundRobin",
                    Destinations = replicas.ToDictionary(replica => replica.Urls.Single(), replica => new DestinationConfig { Address = replica.Urls.Single() }),
                },
            ]);
        var balancer = builder.Build();
        balancer.MapReverseProxy();
        await balancer.StartAsync();
        return balancer;
    }
}
