using System.Net;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

[Collection("Dashboard")]
public sealed class OperateTests(DashboardFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operator_pauses_resumes_and_verifies()
    {
        await using var visit = await fixture.VisitAsync(isOperator: true);
        await visit.OpenAsync("usage/operate");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause draining" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Resume draining" })).ToBeVisibleAsync();
        (await fixture.Engine.GetStatusAsync(Cancellation)).PausedSince.ShouldNotBeNull();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Resume draining" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause draining" })).ToBeVisibleAsync();
        (await fixture.Engine.GetStatusAsync(Cancellation)).PausedSince.ShouldBeNull();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#actions")).ToContainTextAsync("0 buckets differ");
        visit.ShouldHaveNoFault();
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("backfill")]
    [InlineData("verify")]
    public async Task A_change_requires_an_operator_and_a_form_of_this_site(string action)
    {
        using var viewer = fixture.Client();
        (await PostAsync(viewer, action)).ShouldBe(HttpStatusCode.Forbidden);
        using var other = fixture.Client(DashboardHost.Operator + fixture.Viewer);
        (await PostAsync(other, action)).ShouldBe(HttpStatusCode.BadRequest);
        (await fixture.Engine.GetStatusAsync(Cancellation)).PausedSince.ShouldBeNull();
    }

    [Fact]
    public async Task A_viewer_who_may_not_operate_gets_a_message()
    {
        using var viewer = fixture.Client();
        using var response = await viewer.GetAsync(new Uri("usage/operate", UriKind.Relative), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await viewer.GetStringAsync(new Uri("usage/prices", UriKind.Relative), Cancellation)).ShouldNotContain("./operate");
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string action)
    {
        using FormUrlEncodedContent form = new([]);
        using var response = await client.PostAsync(new Uri($"usage/operate.{action}", UriKind.Relative), form, Cancellation);
        return response.StatusCode;
    }
}
