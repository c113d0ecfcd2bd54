using System.Net;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class ReadingAccessTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Fact]
    public async Task A_member_reads_every_report()
    {
        using var client = Fixture.Reader(Mine.Member);
        foreach (var route in Mine.Reads)
        {
            (await GetAsync(client, route)).StatusCode.ShouldBe(HttpStatusCode.OK, route);
        }
    }

    [Fact]
    public async Task An_id_of_another_workspace_is_indistinguishable_from_a_missing_or_malformed_one()
    {
        using var client = Fixture.Reader(Mine.Member);
        foreach (var (theirs, missing) in Theirs.Reads.Zip(Theirs.Nowhere.Reads))
        {
            var id = theirs.Split('/')[2];
            var refused = await WholeAsync(await GetAsync(client, theirs));
            refused.ShouldStartWith("404", customMessage: theirs);
            refused.ShouldNotContain(id);
            (await WholeAsync(await GetAsync(client, missing))).ShouldBe(refused, missing);
            foreach (var none in (string[])["none", "1", "%27%20or%20true", id + "0", id.Replace("-", "", StringComparison.Ordinal), $"%7B{id}%7D", $"%20{id}", $"{id}%20", $"%09{id}"])
            {
                (await WholeAsync(await GetAsync(client, theirs.Replace(id, none, StringComparison.Ordinal)))).ShouldBe(refused, none);
            }

            (await WholeAsync(await GetAsync(client, theirs + "?tz=Mars&days=0"))).ShouldBe(refused, "a bad parameter");
        }
    }

    [Fact]
    public async Task An_id_with_an_adjacent_blank_is_not_an_id()
    {
        using var client = Fixture.Reader(Mine.Member);
        foreach (var route in Mine.Reads)
        {
            var id = route.Split('/')[2];
            foreach (var none in (string[])[$"%20{id}", $"{id}%20", $"%09{id}", $"{id}%0A", $"{id}%C2%A0"])
            {
                var refused = route.Replace(id, none, StringComparison.Ordinal);
                (await GetAsync(client, refused)).StatusCode.ShouldBe(HttpStatusCode.NotFound, refused);
            }
        }
    }

    [Fact]
    public async Task An_id_of_another_workspace_in_a_filter_is_indistinguishable_from_a_missing_one()
    {
        using var client = Fixture.Reader(Mine.Member);
        foreach (var route in Mine.OfWorkspace)
        {
            foreach (var (filter, id) in new[] { ("project_id", Theirs.Project), ("agent_id", Theirs.Agent), ("runtime_id", Theirs.Runtime) })
            {
                var foreign = await WholeAsync(await GetAsync(client, $"{route}?{filter}={id}"));
                foreign.ShouldStartWith("200");
                (await WholeAsync(await GetAsync(client, $"{route}?{filter}={Guid.NewGuid()}"))).ShouldBe(foreign, route);
            }
        }
    }

    [Fact]
    public async Task A_removed_member_can_no_longer_read()
    {
        var user = await Database.Seed.User();
        await Database.Seed.Member(Mine.Workspace, user, "admin");
        using var client = Fixture.Reader(user);
        (await GetAsync(client, Mine.Reads[0])).StatusCode.ShouldBe(HttpStatusCode.OK);

        await Database.ExecuteAsync("delete from public.member where user_id = @user", new { user });
        foreach (var route in Mine.Reads)
        {
            (await GetAsync(client, route)).StatusCode.ShouldBe(HttpStatusCode.NotFound, route);
        }
    }

    [Fact]
    public async Task Scopes_to_record_or_operate_do_not_grant_reading()
    {
        using var client = Fixture.Client(HttpFixture.Token(Guid.NewGuid(), ["usage.write", "usage.admin"], [Mine.Workspace]));
        foreach (var route in Mine.Reads)
        {
            (await GetAsync(client, route)).StatusCode.ShouldBe(HttpStatusCode.NotFound, route);
        }
    }

    [Fact]
    public async Task A_report_contains_only_usage_of_the_workspace_that_the_reader_may_read()
    {
        var guest = await Database.Seed.AgentTask(Theirs.Agent, Mine.Issue, Mine.Runtime);
        await Database.Seed.UsageRow(guest, "openai", "the-guests-model");
        using var client = Fixture.Reader(Mine.Member);
        foreach (var route in Mine.Reads)
        {
            var text = await (await GetAsync(client, route)).Content.ReadAsStringAsync(Cancellation);
            text.ShouldNotContain("the-guests-model", customMessage: route);
            text.ShouldNotContain(Theirs.Agent.ToString(), customMessage: route);
        }

        (await GetAsync(client, $"api/tasks/{guest}/usage")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
