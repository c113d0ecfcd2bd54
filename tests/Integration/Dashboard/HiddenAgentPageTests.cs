using System.Net;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Usage.AspNetCore.Access;
using Usage.Tests.Integration.Http;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

/// <summary>Agents that a viewer may not see are one row, and nothing on any page tells who they are.</summary>
[Collection("Dashboard")]
public sealed class HiddenAgentPageTests(DashboardFixture fixture) : IAsyncLifetime
{
    private const string Window = "days=90&all=true";

    private WebApplication app = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Guid Hidden => fixture.Agents[0];

    public async ValueTask InitializeAsync()
    {
        app = await DashboardHost.StartAsync(
            fixture.Database, configure: services => services.AddSingleton<IUsageAccess>(new SomeAgents(fixture.Agents[0])));
        client = app.Client("viewer");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task No_page_names_a_hidden_agent()
    {
        var issue = await fixture.Database.ScalarAsync<Guid>("select issue_id from public.agent_task_queue where agent_id = @Hidden limit 1", new { Hidden });
        var task = await fixture.Database.ScalarAsync<Guid>("select id from public.agent_task_queue where agent_id = @Hidden limit 1", new { Hidden });
        var without = await fixture.Database.Seed.AgentTask(Hidden);
        string[] addresses =
        [
            $"workspace?id={fixture.Workspace}&{Window}&by=agent", $"workspace?id={fixture.Workspace}&{Window}&by=agent&measure=tasks",
            $"workspace.csv?id={fixture.Workspace}&{Window}&by=agent", $"workspace.parts?id={fixture.Workspace}&{Window}&by=agent",
            $"runtime?id={fixture.Runtime}&{Window}", $"project?id={fixture.Projects[0]}&{Window}",
            $"model?id={fixture.Workspace}&provider=openai&model=gpt-5&{Window}", $"issue?id={issue}", $"task?id={task}", $"task?id={without}",
        ];
        foreach (var address in addresses)
        {
            var text = await client.GetStringAsync(new Uri($"usage/{address}", UriKind.Relative), Cancellation);
            text.ShouldContain("Other agents", customMessage: address);
            text.ShouldNotContain(Hidden.ToString(), customMessage: address);
            text.ShouldNotContain("Agent 0", Case.Sensitive, address);
        }

        await fixture.Database.ExecuteAsync("delete from public.agent_task_queue where id = @without", new { without });
    }

    [Fact]
    public async Task The_page_of_a_hidden_agent_is_not_there_and_as_a_filter_it_is_like_one_that_is_missing()
    {
        (await client.GetAsync(new Uri($"usage/agent?id={Hidden}", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var (hidden, missing) = (await FilteredAsync(Hidden), await FilteredAsync(Guid.NewGuid()));
        hidden.ShouldBe(missing);
        hidden.ShouldContain("No usage for these filters");
    }

    [Fact]
    public async Task The_others_can_be_filtered_for_together_and_have_what_the_hidden_agent_has()
    {
        var page = await new HtmlParser().ParseDocumentAsync(
            await client.GetStringAsync(new Uri($"usage/workspace?id={fixture.Workspace}&{Window}&agent=other", UriKind.Relative), Cancellation), Cancellation);
        page.QuerySelector(".chip")!.TextContent.ShouldContain("Other agents");
        using var knowing = fixture.Client();
        var own = await new HtmlParser().ParseDocumentAsync(
            await knowing.GetStringAsync(new Uri($"usage/agent?id={Hidden}&{Window}&tz=UTC", UriKind.Relative), Cancellation), Cancellation);
        string?[] titles = [.. page.QuerySelectorAll("#figures .value").Select(value => value.GetAttribute("title"))];
        titles.ShouldBe(own.QuerySelectorAll("#figures .value").Select(value => value.GetAttribute("title")));
        page.QuerySelectorAll("#agents tbody tr").ShouldHaveSingleItem().TextContent.ShouldContain("Other agents");
    }

    private async Task<string> FilteredAsync(Guid agent)
    {
        var html = await client.GetStringAsync(new Uri($"usage/workspace?id={fixture.Workspace}&{Window}&agent={agent}", UriKind.Relative), Cancellation);
        return html.Replace(agent.ToString(), "", StringComparison.Ordinal);
    }
}
