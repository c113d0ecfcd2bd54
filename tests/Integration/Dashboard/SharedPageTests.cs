using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Usage.AspNetCore.Access;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

/// <summary>Viewers of a workspace share what is read for them, and never what only one of them may see.</summary>
[Collection("Dashboard")]
public sealed class SharedPageTests(DashboardFixture fixture)
{
    private const string Knowing = "knows everybody";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_is_not_shown_the_agents_that_another_viewer_sees_at_the_same_time()
    {
        await using var app = await DashboardHost.StartAsync(
            fixture.Database, configure: services => services.AddSingleton<IUsageAccess>(new ByBadge(fixture.Agents[0])));
        using HttpClient knowing = app.Client(Knowing), other = app.Client("somebody else");
        // Pages are shared while somebody watches.
        using var events = await knowing.GetAsync(
            new Uri($"usage/events?workspace={fixture.Workspace}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using StreamReader reader = new(await events.Content.ReadAsStreamAsync(Cancellation));
        (await reader.ReadLineAsync(Cancellation)).ShouldBe("event: changed");
        foreach (var page in (string[])["workspace", "workspace.parts", "workspace.csv"])
        {
            Uri address = new($"usage/{page}?id={fixture.Workspace}&days=90&all=true&by=agent", UriKind.Relative);
            (await knowing.GetStringAsync(address, Cancellation)).ShouldContain("Agent 0", Case.Sensitive, page);
            (await other.GetStringAsync(address, Cancellation)).ShouldNotContain("Agent 0", Case.Sensitive, page);
        }
    }

    private sealed class ByBadge(Guid hidden) : IUsageAccess
    {
        public Guid? ViewerOf(ClaimsPrincipal caller) => null;

        public ValueTask<bool> MayReadAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) => new(true);

        public ValueTask<AgentVisibility> VisibleAgentsAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) =>
            new(caller.FindFirst(UsageClaims.Subject)?.Value == Knowing ? AgentVisibility.All : AgentVisibility.AllBut([hidden]));

        public bool MayRecord(ClaimsPrincipal caller) => false;

        public ValueTask<bool> MayRecordAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) => new(false);

        public bool MayOperate(ClaimsPrincipal caller) => false;
    }
}
