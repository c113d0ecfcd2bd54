using System.Net;
using Microsoft.AspNetCore.Builder;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Dashboard.SignIn;

public sealed class ProviderSignInTests(SignInFixture fixture) : IClassFixture<SignInFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_code_flow_leads_back_to_the_page_that_was_asked_for()
    {
        await using var authority = await Authority.StartAsync(fixture.Place.Member);
        await using var app = await StartAsync(authority);
        using PlainBrowser browser = new(app.Urls.Single());
        using var callback = await CallbackAsync(browser, fixture.Page);
        callback.StatusCode.ShouldBe(HttpStatusCode.Found);
        PlainBrowser.Target(callback).ShouldBe($"{app.Urls.Single()}/{fixture.Page}");
        (await StatusAsync(browser, fixture.Page)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(browser, "usage/operate")).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(browser, "usage/sign-in")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Only_a_scope_that_the_provider_has_granted_lets_operate()
    {
        await using var authority = await Authority.StartAsync(fixture.Place.Member);
        await using var app = await StartAsync(authority, new() { ["Usage:Auth:Scopes"] = "openid usage.admin" });
        foreach (var (granted, status) in (IEnumerable<(string, HttpStatusCode)>)
            [("openid", HttpStatusCode.Forbidden), ("", HttpStatusCode.Forbidden), ("openid usage.admin", HttpStatusCode.OK)])
        {
            authority.Granted = granted;
            using PlainBrowser browser = new(app.Urls.Single());
            using var callback = await CallbackAsync(browser, "usage/operate");
            (await StatusAsync(browser, "usage/operate")).ShouldBe(status, granted);
        }
    }

    [Fact]
    public async Task What_scripts_ask_for_without_a_session_gets_401()
    {
        await using var authority = await Authority.StartAsync(fixture.Place.Member);
        await using var app = await StartAsync(authority);
        using PlainBrowser browser = new(app.Urls.Single());
        (await StatusAsync(browser, $"usage/workspace.parts?id={fixture.Place.Workspace}")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(browser, $"usage/events?workspace={fixture.Place.Workspace}")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_session_ends_with_the_providers_token()
    {
        AdjustableTime time = new();
        await using var authority = await Authority.StartAsync(fixture.Place.Member);
        authority.Lifetime = TimeSpan.FromMinutes(10);
        await using var app = await StartAsync(authority, time: time);
        using PlainBrowser browser = new(app.Urls.Single());
        using var callback = await CallbackAsync(browser, fixture.Page);
        (await StatusAsync(browser, fixture.Page)).ShouldBe(HttpStatusCode.OK);
        time.Advance(TimeSpan.FromMinutes(11));
        (await StatusAsync(browser, fixture.Page)).ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task A_refusal_of_the_provider_is_a_page_and_no_session()
    {
        await using var authority = await Authority.StartAsync(fixture.Place.Member);
        authority.Error = "access_denied";
        await using var app = await StartAsync(authority);
        using PlainBrowser browser = new(app.Urls.Single());
        using var callback = await CallbackAsync(browser, fixture.Page);
        await ShouldBeRefusedAsync(callback, browser);
    }

    [Fact]
    public async Task A_token_with_another_nonce_is_refused()
    {
        await using var authority = await Authority.StartAsync(fixture.Place.Member);
        authority.Nonce = "of another sign-in";
        await using var app = await StartAsync(authority);
        using PlainBrowser browser = new(app.Urls.Single());
        using var callback = await CallbackAsync(browser, fixture.Page);
        await ShouldBeRefusedAsync(callback, browser);
    }

    [Fact]
    public async Task A_code_that_another_browser_asked_for_signs_nobody_in()
    {
        await using var authority = await Authority.StartAsync(fixture.Place.Member);
        await using var app = await StartAsync(authority);
        using PlainBrowser attacker = new(app.Urls.Single()), victim = new(app.Urls.Single());
        using var callback = await victim.GetAsync(await AnswerAsync(attacker, fixture.Page));
        await ShouldBeRefusedAsync(callback, victim);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_here_and_offers_to_end_it_there()
    {
        await using var authority = await Authority.StartAsync(fixture.Place.Member);
        await using var app = await StartAsync(authority);
        using PlainBrowser browser = new(app.Urls.Single());
        using var callback = await CallbackAsync(browser, fixture.Page);
        using var left = await browser.PostAsync("usage/sign-out", []);
        var page = await browser.PageAsync(PlainBrowser.Target(left));
        (await StatusAsync(browser, fixture.Page)).ShouldBe(HttpStatusCode.Found);
        using var end = await browser.GetAsync(page.QuerySelector("a[href^=http]")!.GetAttribute("href")!);
        (await end.Content.ReadAsStringAsync(Cancellation)).ShouldBe("Session ended");
    }

    [Fact]
    public async Task Behind_a_proxy_that_strips_a_prefix_the_provider_sends_people_to_the_public_address()
    {
        await using var authority = await Authority.StartAsync(fixture.Place.Member);
        await using var app = await StartAsync(authority, new() { ["Usage:Auth:PublicUrl"] = "https://example.com/ops/" });
        using PlainBrowser browser = new(app.Urls.Single());
        using var asked = await browser.GetAsync(fixture.Page);
        Uri.UnescapeDataString(PlainBrowser.Target(asked)).ShouldContain("redirect_uri=https://example.com/ops/usage/signed-in&");
        asked.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => cookie.Contains("secure", StringComparison.Ordinal) && cookie.Contains("path=/ops/", StringComparison.Ordinal));
    }

    private Task<WebApplication> StartAsync(Authority authority, Dictionary<string, string?>? settings = null, TimeProvider? time = null) =>
        fixture.StartAsync(
            new(settings ?? [])
            {
                ["Usage:Auth:SigningKey"] = null, ["Usage:Auth:Authority"] = authority.Address, ["Usage:Auth:ClientId"] = Authority.ClientId,
                ["Usage:Auth:ClientSecret"] = Authority.ClientSecret,
            },
            time);

    /// <summary>From a page to the provider, and back.</summary>
    private static async Task<HttpResponseMessage> CallbackAsync(PlainBrowser browser, string page) =>
        await browser.GetAsync(await AnswerAsync(browser, page));

    /// <summary>From a page to the provider; the address that it sends the browser to.</summary>
    private static async Task<string> AnswerAsync(PlainBrowser browser, string page)
    {
        using var asked = await browser.GetAsync(page);
        asked.StatusCode.ShouldBe(HttpStatusCode.Found);
        return (await browser.PageAsync(PlainBrowser.Target(asked))).QuerySelector("a")!.GetAttribute("href")!;
    }

    private async Task ShouldBeRefusedAsync(HttpResponseMessage callback, PlainBrowser browser)
    {
        callback.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await callback.Content.ReadAsStringAsync(Cancellation)).ShouldContain("You are not signed in");
        (await StatusAsync(browser, fixture.Page)).ShouldBe(HttpStatusCode.Found);
    }

    private static async Task<HttpStatusCode> StatusAsync(PlainBrowser browser, string address)
    {
        using var response = await browser.GetAsync(address);
        return response.StatusCode;
    }
}
