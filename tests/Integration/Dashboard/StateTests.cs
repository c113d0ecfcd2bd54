using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

[Collection("Dashboard")]
public sealed class StateTests(DashboardFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_without_usage_explains_why()
    {
        (await PageAsync($"workspace?id={fixture.Empty}")).ShouldContain("No usage yet");
        (await PageAsync($"workspace?id={fixture.Workspace}&from=2001-01-01&to=2001-02-01")).ShouldContain("No usage in this window");
        (await PageAsync($"workspace?id={fixture.Workspace}&model=unheard-of")).ShouldContain("No usage for these filters");
    }

    [Fact]
    public async Task Tokens_without_a_price_are_never_a_cost_of_zero()
    {
        var page = await PageAsync($"model?id={fixture.Workspace}&provider=&model=home-grown&days=90");
        page.ShouldContain("tokens without a price");
        page.ShouldNotContain(">$0</p>");
        page.ShouldNotContain(">$0</td>");
        page.ShouldContain("no price");
    }

    [Fact]
    public async Task A_deleted_entity_keeps_its_figures_under_a_name_that_says_so()
    {
        // In an application without foreign keys, usage of deleted agents remains.
        var agent = await fixture.Database.Seed.Agent(fixture.Empty);
        var hour = NodaTime.Instant.FromUtc(2003, 5, 6, 7, 0);
        await fixture.Database.ExecuteAsync(
            """
            insert into usage_rollup.hourly
            select @hour, @gone, workspace_id, null, null, 'p', 'm', 5, 6, 7, 8, 9, 0, 0, 0, 0, 1, 1, now() from public.agent where id = @agent
            """, new { hour, gone = Guid.NewGuid(), agent });
        try
        {
            (await PageAsync($"workspace?id={fixture.Empty}&from=2003-05-01&to=2003-05-31")).ShouldContain("Deleted agent");
        }
        finally
        {
            await fixture.Database.ExecuteAsync("delete from usage_rollup.hourly where bucket_hour = @hour", new { hour });
        }
    }

    [Fact]
    public async Task A_filter_or_a_task_reveals_no_name_of_another_workspace()
    {
        var seed = fixture.Database.Seed;
        var (agent, project) = (await seed.Agent(fixture.Foreign, name: "Secret agent"), await seed.Project(fixture.Foreign, "Secret project"));
        var task = await seed.AgentTask(fixture.Agents[0], await seed.Issue(fixture.Foreign, project, "Secret issue"), fixture.Runtime);
        (await PageAsync($"workspace?id={fixture.Workspace}&agent={agent}&project={project}")).ShouldNotContain("Secret");
        (await PageAsync($"task?id={task}")).ShouldNotContain("Secret");
    }

    [Fact]
    public async Task A_pause_is_told_where_it_matters()
    {
        (await PageAsync($"workspace?id={fixture.Workspace}")).ShouldNotContain("An operator paused the engine");
        await fixture.Engine.PauseAsync(Cancellation);
        try
        {
            await using var fresh = await DashboardHost.StartAsync(fixture.Database);
            using var client = fresh.Client(fixture.Viewer.ToString());
            (await client.GetStringAsync(new Uri($"usage/workspace?id={fixture.Workspace}", UriKind.Relative), Cancellation)).ShouldContain("An operator paused the engine");
        }
        finally
        {
            await fixture.Engine.ResumeAsync(Cancellation);
        }
    }

    [Fact]
    public async Task An_hour_that_could_not_be_computed_is_told_and_counted_all_the_same()
    {
        await using var fresh = await DashboardHost.StartAsync(fixture.Database);
        using var client = fresh.Client(fixture.Viewer.ToString());
        var address = new Uri($"usage/workspace?id={fixture.Lone}", UriKind.Relative);
        var value = Figures(await client.GetStringAsync(address, Cancellation));
        await fixture.Database.ExecuteAsync(
            """
            insert into usage_rollup.set_aside (bucket_hour, agent_id, error, attempts, retry_at)
            select bucket_hour, agent_id, 'no good', 3, now() + interval '1 hour' from usage_rollup.hourly where workspace_id = @lone;
            update usage_rollup.hourly set cost_usd_ticks = 1 where workspace_id = @lone
            """, new { lone = fixture.Lone });
        try
        {
            await using var later = await DashboardHost.StartAsync(fixture.Database);
            using var again = later.Client(fixture.Viewer.ToString());
            var page = await again.GetStringAsync(address, Cancellation);
            page.ShouldContain("1 hour set aside");
            Figures(page).ShouldBe(value);
            using var operates = later.Client(DashboardHost.Operator + fixture.Viewer);
            (await operates.GetStringAsync(new Uri("usage/operate", UriKind.Relative), Cancellation)).ShouldContain("no good");
        }
        finally
        {
            await fixture.Database.ExecuteAsync("delete from usage_rollup.set_aside");
            await fixture.Engine.VerifyAsync(new() { Repair = true }, cancellationToken: Cancellation);
            await fixture.Engine.DrainAsync(cancellationToken: Cancellation);
        }

        static string[] Figures(string html) =>
            [.. new AngleSharp.Html.Parser.HtmlParser().ParseDocument(html).QuerySelectorAll("#figures .value").Select(value => value.GetAttribute("title") ?? "")];
    }

    [Fact]
    public async Task An_unavailable_database_gives_a_page_that_says_what_to_do()
    {
        NpgsqlDataSourceBuilder nowhere = new("Host=127.0.0.1;Port=1;Timeout=1");
        nowhere.UseNodaTime();
        await using var source = nowhere.Build();
        await using var app = await DashboardHost.StartAsync(fixture.Database, host => host.MapUsageDashboard().AllowAnonymous(), services => services.AddSingleton(source));
        using var client = app.Client(fixture.Viewer.ToString());
        using var response = await client.GetAsync(new Uri($"usage/workspace?id={fixture.Workspace}", UriKind.Relative), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain("Try again");
    }

    private async Task<string> PageAsync(string address)
    {
        using var client = fixture.Client();
        return await client.GetStringAsync(new Uri($"usage/{address}", UriKind.Relative), Cancellation);
    }
}
