using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Usage.AspNetCore.Access;
using Xunit;

namespace Usage.Tests.Integration.Http;

/// <summary>A host whose viewers may not see every agent.</summary>
public sealed class HiddenAgentTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Fact]
    public async Task A_hidden_agent_is_one_of_the_others_and_as_a_filter_like_one_that_is_missing()
    {
        var other = await Database.Seed.Agent(Mine.Workspace);
        var task = await Database.Seed.AgentTask(other, runtime: Mine.Runtime);
        await Database.Seed.UsageRow(task, "openai", "gpt-5", input: 17);
        await Database.ExecuteAsync("update public.agent_task_queue set started_at = now(), completed_at = now() where status = 'completed'");
        await using var app = EmbeddedHost.Build(Database.DataSource, services =>
        {
            services.AddBadges();
            services.AddSingleton<IUsageAccess>(new SomeAgents(other));
        });
        await app.StartAsync(Cancellation);
        using var client = app.Client(Mine.Member);
        string[] byAgent =
        [
            $"api/workspaces/{Mine.Workspace}/usage/by-agent", $"api/workspaces/{Mine.Workspace}/usage/agents",
            $"api/workspaces/{Mine.Workspace}/outcomes/by-agent", $"api/runtimes/{Mine.Runtime}/usage/by-agent",
        ];
        foreach (var route in byAgent)
        {
            var rows = (await JsonAsync(await GetAsync(client, route))).AsArray();
            rows.Select(row => (Guid?)row!["agent_id"]).Distinct().ShouldBe([Mine.Agent, null], route);
        }

        foreach (var route in Mine.Reads)
        {
            (await WholeAsync(await GetAsync(client, route))).ShouldNotContain(other.ToString(), customMessage: route);
        }

        foreach (var route in Mine.OfWorkspace.Concat(Mine.Outcomes))
        {
            var missing = await WholeAsync(await GetAsync(client, $"{route}?agent_id={Guid.NewGuid()}"));
            (await WholeAsync(await GetAsync(client, $"{route}?agent_id={other}"))).ShouldBe(missing, route);
        }

        foreach (var route in Mine.OfWorkspace.Concat(Mine.Outcomes).Where(route => !route.EndsWith("unpriced", StringComparison.Ordinal)))
        {
            var others = await WholeAsync(await GetAsync(client, $"{route}?agent_id=other"));
            others.ShouldNotBe(await WholeAsync(await GetAsync(client, $"{route}?agent_id={Guid.NewGuid()}")), route);
            others.ShouldNotBe(await WholeAsync(await GetAsync(client, route)), route);
        }

        foreach (var grain in (string[])["day", "hour"])
        {
            var file = await WholeAsync(await GetAsync(client, $"api/workspaces/{Mine.Workspace}/usage/export?by={grain}"));
            file.ShouldNotContain(other.ToString());
            file.ShouldContain($",{Guid.Empty},");
        }

        client.DefaultRequestHeaders.Accept.Add(new("text/csv"));
        (await (await GetAsync(client, byAgent[1])).Content.ReadAsStringAsync(Cancellation)).ShouldContain("\r\n,1,17,");
    }
}
