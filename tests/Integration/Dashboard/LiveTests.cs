using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using Usage.Dashboard.Live;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

[Collection("Dashboard")]
public sealed class LiveTests(DashboardFixture fixture)
{
    [Fact]
    public async Task A_page_shows_what_was_drained_while_it_is_open_and_keeps_what_is_opened_in_it()
    {
        await using var visit = await fixture.VisitAsync();
        await visit.OpenAsync($"usage/agent?id={fixture.Agents[1]}");
        await visit.Page.Locator("#trend .as-table summary").ClickAsync();
        var tokens = visit.Page.Locator("#figures .figure:nth-child(2) .value");
        var before = await tokens.GetAttributeAsync("title");
        var task = await fixture.Database.Seed.AgentTask(fixture.Agents[1], fixture.Issues[0], fixture.Runtime);
        await fixture.Database.Seed.UsageRow(task, "openai", "live", input: 1_000_000);
        await fixture.Engine.DrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        await Assertions.Expect(tokens).Not.ToHaveAttributeAsync("title", before!);
        await Assertions.Expect(visit.Page.Locator("#trend .as-table")).ToHaveAttributeAsync("open", "");
        await Assertions.Expect(visit.Page.Locator("#trend-table thead")).ToContainTextAsync("Total");
        visit.ShouldHaveNoFault();
    }

    [Fact]
    public async Task A_change_that_arrives_during_navigation_does_not_interrupt_it()
    {
        await using var visit = await fixture.VisitAsync();
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await visit.OpenAsync("usage/prices");
        await visit.Page.RouteAsync("**/*.parts?*days=7*", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await visit.OpenAsync($"usage/workspace?id={fixture.Workspace}");
        var asked = visit.Page.WaitForRequestAsync(request => request.Url.Contains("days=7", StringComparison.Ordinal));
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "7d", Exact = true }).ClickAsync();
        await asked;
        var changed = visit.Page.EvaluateAsync(
            """
            () => new Promise(done => {
              const events = new EventSource(document.getElementById('main').dataset.events);
              let count = 0;
              events.addEventListener('changed', () => { if (++count > 1) { events.close(); setTimeout(done, 1500); } });
              window.listening = true;
            })
            """);
        await visit.Page.WaitForFunctionAsync("() => window.listening");
        var task = await fixture.Database.Seed.AgentTask(fixture.Agents[2], fixture.Issues[0], fixture.Runtime);
        while (!changed.IsCompleted)
        {
            await fixture.Database.Seed.UsageRow(task, "openai", $"live {Guid.NewGuid():n}", input: 1_000_000);
            await fixture.Engine.DrainAsync(cancellationToken: TestContext.Current.CancellationToken);
            await Task.WhenAny(changed, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        held.SetResult();
        await Assertions.Expect(visit.Page.Locator("#trend-table tbody tr")).ToHaveCountAsync(7);
    }

    [Fact]
    public async Task All_viewers_of_a_workspace_share_one_watch_which_ends_after_the_last()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var feed = fixture.App.Services.GetRequiredService<WorkspaceFeed>();
        var events = $"usage/events?workspace={fixture.Empty}";
        using var client = fixture.Client();
        var others = feed.Count;
        var viewers = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            var response = await client.GetAsync(new Uri(events, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellation);
            response.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
            StreamReader reader = new(await response.Content.ReadAsStreamAsync(cancellation));
            (await reader.ReadLineAsync(cancellation)).ShouldBe("event: changed");
            return response;
        }));
        feed.Count.ShouldBeLessThanOrEqualTo(others + 1);
        foreach (var viewer in viewers)
        {
            viewer.Dispose();
        }

        await UntilAsync(() => feed.Count <= others, cancellation);
    }

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (!condition() && await timer.WaitForNextTickAsync(cancellationToken))
        {
        }
    }
}
