using System.Net;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class OperatingTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Fact]
    public async Task Operating_needs_its_scope()
    {
        foreach (var token in (string[])[
            HttpFixture.Token(Mine.Member), HttpFixture.Token(Mine.Member, ["usage.write"], [Mine.Workspace]),
            HttpFixture.Token(Mine.Member, ["usage.administrator", "USAGE.ADMIN"])])
        {
            using var client = Fixture.Client(token);
            await ErrorsAsync(await GetAsync(client, "api/usage/status"), HttpStatusCode.Forbidden);
            foreach (var verb in (string[])["drain", "backfill", "verify", "pause", "resume"])
            {
                await ErrorsAsync(await PostAsync(client, $"api/usage/{verb}", null), HttpStatusCode.Forbidden);
            }
        }
    }

    [Fact]
    public async Task An_operator_backfills_drains_verifies_and_sees_the_status()
    {
        using var client = Fixture.Operator();
        (await (await PostAsync(client, "api/usage/backfill?dry_run=true", null)).Content.ReadAsStringAsync(Cancellation)).ShouldContain("\"dry_run\":true");
        (await PostAsync(client, "api/usage/backfill", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await PostAsync(client, "api/usage/drain", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var report = await JsonAsync(await PostAsync(client, "api/usage/verify", null));
        ((long)report["drift_count"]!).ShouldBe(0);
        ((long)report["raw_rows"]!).ShouldBeGreaterThan(0);
        var status = await JsonAsync(await GetAsync(client, "api/usage/status"));
        ((long)status["pending_live"]!).ShouldBe(0);
        ((decimal)status["oldest_live_age"]!).ShouldBe(0);
    }

    [Fact]
    public async Task A_paused_engine_refuses_to_drain_with_a_409_until_it_is_resumed()
    {
        using var client = Fixture.Operator();
        (await PostAsync(client, "api/usage/pause", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await ErrorsAsync(await PostAsync(client, "api/usage/drain", null), HttpStatusCode.Conflict);
        (await PostAsync(client, "api/usage/resume", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await PostAsync(client, "api/usage/drain", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
