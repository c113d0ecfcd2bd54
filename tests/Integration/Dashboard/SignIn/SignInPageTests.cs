using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Dashboard.SignIn;

public sealed class SignInPageTests(SignInFixture fixture, Browser browser) : IClassFixture<SignInFixture>
{
    [Fact]
    public async Task A_person_signs_in_with_a_token_works_and_signs_out()
    {
        await using var app = await fixture.StartAsync();
        await using BrowserPage visit = new(await browser.OpenAsync(), new Uri(app.Urls.Single()));
        await visit.OpenAsync(fixture.Page);
        (await visit.Page.RunAxe()).Violations.ShouldBeEmpty();
        await visit.Page.GetByLabel("Token").FillAsync("nonsense");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no token for this host");
        await visit.Page.GetByLabel("Token").FillAsync(fixture.Token(["usage.admin"]));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#figures .value").First).ToBeVisibleAsync();
        visit.Page.Url.ShouldEndWith(fixture.Page);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Operate" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#actions")).ToContainTextAsync("differ");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByLabel("Token")).ToBeVisibleAsync();
        await visit.OpenAsync(fixture.Page);
        await Assertions.Expect(visit.Page.GetByLabel("Token")).ToBeVisibleAsync();
        visit.ShouldHaveNoFault();
    }

    [Fact]
    public async Task A_viewer_whose_session_has_ended_signs_in_again_where_they_were()
    {
        AdjustableTime time = new();
        await using var app = await fixture.StartAsync(time: time);
        await using BrowserPage visit = new(await browser.OpenAsync(), new Uri(app.Urls.Single()));
        await visit.OpenAsync(fixture.Page);
        await visit.Page.GetByLabel("Token").FillAsync(fixture.Token(lifetime: TimeSpan.FromMinutes(10)));
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator("#figures .value").First).ToBeVisibleAsync();
        time.Advance(TimeSpan.FromMinutes(20));
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "90d", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByLabel("Token")).ToBeVisibleAsync();
        (await visit.Page.Locator("input[name=return]").InputValueAsync()).ShouldContain("days=90");
    }

    [Fact]
    public async Task A_person_signs_in_at_the_provider_and_out_again()
    {
        await using var authority = await Authority.StartAsync(fixture.Place.Member);
        await using var app = await fixture.StartAsync(new()
        {
            ["Usage:Auth:SigningKey"] = null, ["Usage:Auth:Authority"] = authority.Address, ["Usage:Auth:ClientId"] = Authority.ClientId,
            ["Usage:Auth:ClientSecret"] = Authority.ClientSecret,
        });
        await using BrowserPage visit = new(await browser.OpenAsync(), new Uri(app.Urls.Single()));
        await visit.OpenAsync(fixture.Page);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Continue as member" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#figures .value").First).ToBeVisibleAsync();
        visit.Page.Url.ShouldEndWith(fixture.Page);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("You are signed out");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign out there too" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("body")).ToContainTextAsync("Session ended");
        visit.ShouldHaveNoFault();
    }
}
