using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

/// <summary>Pages that stay open for days.</summary>
[Collection("Dashboard")]
public sealed class LongLifeTests(DashboardFixture fixture, Browser browser)
{
    [Fact]
    public async Task A_page_outlives_its_host_and_is_live_again_with_the_next()
    {
        var first = await DashboardHost.StartAsync(fixture.Database);
        var address = first.Urls.Single();
        await using BrowserPage visit = new(await browser.OpenAsync(headers: [new(DashboardHost.Badge, fixture.Viewer.ToString())]), new Uri(address));
        await visit.OpenAsync($"usage/agent?id={fixture.Agents[4]}");
        var tokens = visit.Page.Locator("#figures .figure:nth-child(2) .value");
        var before = await tokens.GetAttributeAsync("title");
        await first.DisposeAsync();
        await using var second = DashboardHost.Build(fixture.Database);
        second.Urls.Clear();
        second.Urls.Add(address);
        await second.StartAsync(TestContext.Current.CancellationToken);
        var task = await fixture.Database.Seed.AgentTask(fixture.Agents[4], fixture.Issues[0], fixture.Runtime);
        await fixture.Database.Seed.UsageRow(task, "openai", "after the restart", input: 1_000_000);
        await fixture.Engine.DrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        await Assertions.Expect(tokens).Not.ToHaveAttributeAsync("title", before!);
    }

    [Fact]
    public async Task A_page_does_not_grow_with_what_is_shown_in_it()
    {
        await using var visit = await fixture.VisitAsync();
        await visit.OpenAsync($"usage/workspace?id={fixture.Workspace}");
        await ChangeAsync(visit, 4);
        var before = await CountAsync(visit);
        await ChangeAsync(visit, 24);
        var after = await CountAsync(visit);
        after.Nodes.ShouldBeLessThan(before.Nodes * 1.3);
        after.Listeners.ShouldBeLessThanOrEqualTo(before.Listeners * 1.3);
        visit.ShouldHaveNoFault();
    }

    private static async Task ChangeAsync(BrowserPage visit, int times)
    {
        for (var change = 0; change < times; change++)
        {
            var days = change % 2 == 0 ? "7d" : "30d";
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = days, Exact = true }).ClickAsync();
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = days, Exact = true })).ToHaveAttributeAsync("aria-current", "true");
        }
    }

    /// <summary>What the browser holds once its garbage is gone.</summary>
    private static async Task<(double Nodes, double Listeners)> CountAsync(BrowserPage visit)
    {
        var session = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        await session.SendAsync("HeapProfiler.collectGarbage");
        await session.SendAsync("Performance.enable");
        var metrics = (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
        return (metrics["Nodes"], metrics["JSEventListeners"]);
    }
}
