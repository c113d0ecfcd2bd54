using System.Net;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Dashboard.SignIn;

public sealed class TokenSignInTests(SignInFixture fixture) : IClassFixture<SignInFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_signs_in_and_leads_back_to_the_page_that_was_asked_for()
    {
        await using var app = await fixture.StartAsync();
        using PlainBrowser browser = new(app.Urls.Single());
        using var asked = await browser.GetAsync(fixture.Page);
        asked.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var form = PlainBrowser.Target(asked);
        form.ShouldStartWith($"{app.Urls.Single()}/usage/sign-in?return=");
        using var answer = await browser.SignInAsync(fixture.Token(), Uri.UnescapeDataString(form[(form.IndexOf('=', StringComparison.Ordinal) + 1)..]));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        PlainBrowser.Target(answer).ShouldBe($"{app.Urls.Single()}/{fixture.Page}");
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(set => set.StartsWith("usage-session=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        cookie.ShouldNotContain(fixture.Token().Split('.')[1][..40]);
        (await StatusAsync(browser, fixture.Page)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(browser, "usage/operate")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_page_without_a_slash_leads_to_the_sign_in_too()
    {
        await using var app = await fixture.StartAsync();
        using PlainBrowser browser = new(app.Urls.Single());
        using var asked = await browser.GetAsync("usage");
        PlainBrowser.Target(asked).ShouldStartWith($"{app.Urls.Single()}/usage/sign-in?");
    }

    [Fact]
    public async Task What_scripts_ask_for_without_a_session_gets_401_and_the_api_takes_no_session()
    {
        await using var app = await fixture.StartAsync();
        using PlainBrowser browser = new(app.Urls.Single());
        var workspace = fixture.Place.Workspace;
        foreach (var address in (string[])[
            $"usage/workspace.parts?id={workspace}", $"usage/workspace.csv?id={workspace}", $"usage/events?workspace={workspace}", "usage/zones"])
        {
            (await StatusAsync(browser, address)).ShouldBe(HttpStatusCode.Unauthorized, address);
        }

        using var answer = await browser.SignInAsync(fixture.Token(), "./");
        (await StatusAsync(browser, $"usage/workspace.csv?id={workspace}")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(browser, $"api/workspaces/{workspace}/usage/daily")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_caller_with_a_token_in_the_header_needs_no_session()
    {
        await using var app = await fixture.StartAsync();
        using HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", fixture.Token());
        (await client.GetStringAsync(new Uri($"usage/workspace.csv?id={fixture.Place.Workspace}", UriKind.Relative), Cancellation)).ShouldStartWith("part,");
    }

    [Fact]
    public async Task A_token_that_is_none_of_this_host_is_refused_in_words()
    {
        await using var app = await fixture.StartAsync();
        using PlainBrowser browser = new(app.Urls.Single());
        foreach (var (token, words) in (IEnumerable<(string, string)>)
        [
            (fixture.Token(key: "a secret of somebody else, also long enough"), "no token for this host"), ("nonsense", "no token for this host"),
            ("", "no token for this host"), (fixture.Token(age: TimeSpan.FromHours(3)), "has expired"),
        ])
        {
            using var answer = await browser.SignInAsync(token, "prices");
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            var page = await answer.Content.ReadAsStringAsync(Cancellation);
            page.ShouldContain(words);
            page.ShouldContain("value=\"./prices\"");
            answer.Headers.TryGetValues("Set-Cookie", out _).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task A_form_of_another_site_signs_nobody_in()
    {
        await using var app = await fixture.StartAsync();
        using PlainBrowser browser = new(app.Urls.Single());
        using var answer = await browser.PostAsync("usage/sign-in", new() { ["token"] = fixture.Token(), ["return"] = "./" });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(browser, fixture.Page)).ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_session_ends_with_its_token_and_an_open_stream_of_events_with_it()
    {
        AdjustableTime time = new();
        await using var app = await fixture.StartAsync(time: time);
        using PlainBrowser browser = new(app.Urls.Single());
        using var answer = await browser.SignInAsync(fixture.Token(lifetime: TimeSpan.FromMinutes(10)), "./");
        var events = $"usage/events?workspace={fixture.Place.Workspace}";
        using (var stream = await browser.GetAsync(events))
        {
            stream.StatusCode.ShouldBe(HttpStatusCode.OK);
            using StreamReader reader = new(await stream.Content.ReadAsStreamAsync(Cancellation));
            (await reader.ReadLineAsync(Cancellation)).ShouldBe("event: changed");
            time.Advance(TimeSpan.FromMinutes(11));
            // Reads to the end: the host has ended the stream.
            await reader.ReadToEndAsync(Cancellation);
        }

        (await StatusAsync(browser, fixture.Page)).ShouldBe(HttpStatusCode.SeeOther);
        (await StatusAsync(browser, events)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_session_of_another_key_is_none()
    {
        await using var first = await fixture.StartAsync();
        using PlainBrowser browser = new(first.Urls.Single());
        using var answer = await browser.SignInAsync(fixture.Token(), "./");
        await using var second = await fixture.StartAsync(new() { ["Usage:Auth:SigningKey"] = "the secret that came after it, long enough too" });
        using PlainBrowser later = new(second.Urls.Single());
        later.Cookies.Add(new Uri(second.Urls.Single()), browser.Cookies.GetAllCookies());
        (await StatusAsync(later, fixture.Page)).ShouldBe(HttpStatusCode.SeeOther);
        await using var same = await fixture.StartAsync();
        using PlainBrowser replica = new(same.Urls.Single());
        replica.Cookies.Add(new Uri(same.Urls.Single()), browser.Cookies.GetAllCookies());
        (await StatusAsync(replica, fixture.Page)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Signing_out_takes_the_session_that_comes_with_it_and_no_other()
    {
        await using var app = await fixture.StartAsync();
        using PlainBrowser browser = new(app.Urls.Single());
        using var answer = await browser.SignInAsync(fixture.Token(), "./");
        using PlainBrowser foreign = new(app.Urls.Single());
        using (var without = await foreign.PostAsync("usage/sign-out", []))
        {
            without.Headers.TryGetValues("Set-Cookie", out _).ShouldBeFalse();
        }

        using var left = await browser.PostAsync("usage/sign-out", []);
        PlainBrowser.Target(left).ShouldBe($"{app.Urls.Single()}/usage/sign-in");
        (await StatusAsync(browser, fixture.Page)).ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task The_demo_on_loopback_needs_no_sign_in_and_offers_no_sign_out()
    {
        await using var app = await fixture.StartAsync(new() { ["Usage:Auth:Mode"] = "None", ["Usage:Auth:SigningKey"] = null });
        using PlainBrowser browser = new(app.Urls.Single());
        var page = await browser.PageAsync(fixture.Page);
        page.QuerySelector("#figures").ShouldNotBeNull();
        page.QuerySelector(".sign-out").ShouldBeNull();
        (await StatusAsync(browser, "usage/sign-in")).ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<HttpStatusCode> StatusAsync(PlainBrowser browser, string address)
    {
        using var response = await browser.GetAsync(address);
        return response.StatusCode;
    }
}
