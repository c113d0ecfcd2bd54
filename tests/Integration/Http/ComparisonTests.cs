using System.Net;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class ComparisonTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Theory]
    [InlineData("from=2026-05-01&to=2026-05-30", "previous", "2026-03-27", "2026-04-25")]
    [InlineData("from=2026-05-01&to=2026-05-07", "previous", "2026-04-24", "2026-04-30")]
    [InlineData("from=2024-02-01&to=2024-02-29", "previous-year", "2023-02-01", "2023-02-28")]
    [InlineData("from=2026-05-01&to=2026-05-30", "none", "2026-05-01", "2026-05-30")]
    public async Task A_comparison_is_the_report_of_the_window_to_compare_with(string window, string compare, string from, string to)
    {
        using var client = Fixture.Reader(Mine.Member);
        foreach (var route in Mine.Windowed.Concat(Mine.Outcomes))
        {
            var compared = await GetAsync(client, $"{route}?{window}&compare={compare}");
            compared.StatusCode.ShouldBe(HttpStatusCode.OK, route);
            compared.Headers.GetValues("X-Usage-From").ShouldBe([from]);
            compared.Headers.GetValues("X-Usage-To").ShouldBe([to]);
            (await WholeAsync(await GetAsync(client, $"{route}?from={from}&to={to}"))).ShouldBe(await WholeAsync(compared));
        }
    }

    [Fact]
    public async Task A_comparison_that_there_is_not_is_named()
    {
        using var client = Fixture.Reader(Mine.Member);
        var error = (await ErrorsAsync(await GetAsync(client, $"{Mine.OfWorkspace[0]}?compare=before"))).ShouldHaveSingleItem();
        error!.ToJsonString().ShouldContain("previous-year");
    }

    [Theory]
    [InlineData("days=15")]
    [InlineData("from=2026-05-01&to=2026-05-15")]
    public async Task Hours_in_sequence_are_of_14_days_at_most(string window)
    {
        using var client = Fixture.Reader(Mine.Member);
        var route = $"api/workspaces/{Mine.Workspace}/usage/by-local-hour";
        (await ErrorsAsync(await GetAsync(client, $"{route}?{window}"))).ShouldHaveSingleItem()!.ToJsonString().ShouldContain("14");
        (await GetAsync(client, $"{route}?from=2025-02-20&to=2025-03-05&compare=previous-year")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(client, $"{route}?days=14")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
