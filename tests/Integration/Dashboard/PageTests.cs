using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

[Collection("Dashboard")]
public sealed class PageTests(DashboardFixture fixture)
{
    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(375, ColorScheme.Dark)]
    public async Task Every_page_is_free_of_errors_accessible_and_fits_the_window(int width, ColorScheme theme)
    {
        await using var visit = await fixture.VisitAsync(width, theme, isOperator: true);
        foreach (var address in fixture.Pages)
        {
            await visit.OpenAsync(address);
            (await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width, address);
            if (theme == ColorScheme.Dark && !address.Contains("by=agent", StringComparison.Ordinal) && !address.EndsWith("operate", StringComparison.Ordinal))
            {
                // The same components in another theme: the pages that contain all of them are enough.
                continue;
            }

            var axe = await visit.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
            axe.Violations.Select(violation => $"{violation.Id}: {violation.Nodes[0].Html}").ShouldBeEmpty(address);
        }

        visit.ShouldHaveNoFault();
    }

    [Fact]
    public async Task The_keyboard_shows_the_figures_of_a_column_and_opens_it()
    {
        await using var visit = await fixture.VisitAsync();
        await visit.OpenAsync($"usage/workspace?id={fixture.Workspace}");
        var chart = visit.Page.Locator(".chart");
        await chart.FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        var total = await visit.Page.Locator("#trend-table tbody tr:nth-last-child(2) td:nth-last-child(2)").TextContentAsync();
        await Assertions.Expect(visit.Page.Locator(".tip")).ToContainTextAsync(total!);
        await Assertions.Expect(visit.Page.Locator(".announcer")).ToContainTextAsync(total!);
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator("#trend-title")).ToHaveTextAsync("Cost by hour");
        visit.Page.Url.ShouldContain("from=");
        await visit.Page.GoBackAsync();
        await Assertions.Expect(visit.Page.Locator("#trend-title")).ToHaveTextAsync("Cost by day");
        visit.ShouldHaveNoFault();
    }

    [Fact]
    public async Task Dragging_over_columns_selects_their_window()
    {
        await using var visit = await fixture.VisitAsync();
        await visit.OpenAsync($"usage/workspace?id={fixture.Workspace}");
        var columns = visit.Page.Locator(".marks a");
        var (first, last) = (await columns.Nth(5).Locator("rect").BoundingBoxAsync(), await columns.Nth(11).Locator("rect").BoundingBoxAsync());
        await visit.Page.Mouse.MoveAsync(first!.X + 3, first.Y + 100);
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.MoveAsync(last!.X + 3, last.Y + 100, new() { Steps = 5 });
        await visit.Page.Mouse.UpAsync();
        await Assertions.Expect(visit.Page.Locator("#trend-table tbody tr")).ToHaveCountAsync(7);
        visit.ShouldHaveNoFault();
    }

    [Fact]
    public async Task A_click_sets_a_filter_and_its_chip_removes_it()
    {
        await using var visit = await fixture.VisitAsync();
        await visit.OpenAsync($"usage/workspace?id={fixture.Workspace}");
        var whole = await visit.Page.Locator("#figures .value").First.TextContentAsync();
        await visit.Page.Locator("#agents tbody tr").First.HoverAsync();
        await visit.Page.Locator("#agents .act a").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".chip")).ToHaveCountAsync(1);
        await Assertions.Expect(visit.Page.Locator("#agents tbody tr")).ToHaveCountAsync(1);
        await visit.Page.Locator(".chip").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".chip")).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Page.Locator("#figures .value").First).ToHaveTextAsync(whole!);
        visit.ShouldHaveNoFault();
    }

    [Fact]
    public async Task The_browsers_zone_is_offered_and_applied()
    {
        await using var visit = await fixture.VisitAsync();
        await visit.OpenAsync($"usage/workspace?id={fixture.Workspace}");
        await visit.Page.Locator("summary", new() { HasText = "America/St Johns" }).ClickAsync();
        await visit.Page.Locator("[data-browser-zone]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#trend-table caption")).ToContainTextAsync("Asia/Tokyo");
        visit.ShouldHaveNoFault();
    }

    [Fact]
    public async Task The_theme_is_remembered_by_the_server()
    {
        await using var visit = await fixture.VisitAsync();
        await visit.OpenAsync("usage/prices");
        await visit.Page.Locator("[data-theme-switch]").ClickAsync();
        await visit.OpenAsync($"usage/workspace?id={fixture.Workspace}");
        (await visit.Page.Locator("html").GetAttributeAsync("data-theme")).ShouldBe("dark");
    }

    [Fact]
    public async Task Links_and_forms_work_without_scripts()
    {
        await using var visit = await fixture.VisitAsync(scripts: false);
        await visit.OpenAsync($"usage/workspace?id={fixture.Workspace}");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "7d", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#trend-table tbody tr")).ToHaveCountAsync(7);
        await visit.Page.Locator("summary", new() { HasText = "Filter" }).ClickAsync();
        await visit.Page.Locator("select[name=model]").SelectOptionAsync("gpt-5");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".chip")).ToContainTextAsync("gpt-5");
        await visit.Page.Locator("#models thead a").First.ClickAsync();
        visit.Page.Url.ShouldContain("sort=models.name");
    }
}
