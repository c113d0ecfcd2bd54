using Microsoft.Playwright;
using Shouldly;
using Usage.Tests.Integration.Cli;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

/// <summary>A host that is a Blazor application itself, with circuits, antiforgery and static assets of its own.</summary>
[Collection("Dashboard")]
public sealed class NeighbourTests(DashboardFixture fixture, Browser browser)
{
    [Fact]
    public async Task Beside_another_Blazor_application_both_work()
    {
        await using var host = ChildProcess.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Usage.Tests.BlazorHost.dll")],
            new Dictionary<string, string?>
            {
                ["ConnectionStrings__App"] = fixture.Database.ConnectionString, ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["ASPNETCORE_ENVIRONMENT"] = "Production", ["User"] = fixture.Viewer.ToString(), ["Logging__LogLevel__Default"] = "Warning",
                ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
            });
        await using BrowserPage visit = new(await browser.OpenAsync(), await host.AddressAsync());
        await CountAsync(visit);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Usage" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Copper Labs" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "7d", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#trend-table tbody tr")).ToHaveCountAsync(7);
        (await visit.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.figures')).display")).ShouldBe("grid");
        await visit.OpenAsync("usage/operate");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#actions")).ToContainTextAsync("differ");
        await CountAsync(visit);
        visit.ShouldHaveNoFault();
    }

    /// <summary>Over the application's own circuit.</summary>
    private static async Task CountAsync(BrowserPage visit)
    {
        await visit.OpenAsync("");
        var (count, title) = (visit.Page.GetByRole(AriaRole.Button, new() { Name = "Count" }), visit.Page.Locator("h1"));
        // Until the circuit is up a click does nothing.
        while (await title.TextContentAsync() == "Counted 0")
        {
            await count.ClickAsync();
        }
    }
}
