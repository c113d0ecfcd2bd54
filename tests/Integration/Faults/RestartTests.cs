using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>A server that is restarted at any step of a drain, an expansion or a backfill.</summary>
[Trait("Category", "Faults")]
public sealed class RestartTests(OwnServerFixture server, FaultTable ledger) : IClassFixture<OwnServerFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool, ServerEnd> Cases { get; } = new(
        from step in Enum.GetValues<DrainStep>()
        from backfill in (bool[])[false, true]
        where !backfill || step >= DrainStep.Picked
        from end in Enum.GetValues<ServerEnd>()
        select new TheoryDataRow<string, bool, ServerEnd>(step.ToString(), backfill, end));

    [Theory, MemberData(nameof(Cases))]
    public Task A_restart_loses_nothing_and_health_says_that_the_database_was_away(string stepName, bool backfill, ServerEnd end)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        FaultTrial trial = new(server.Database, ledger);
        return trial.RunAsync(
            end == ServerEnd.Fast ? "server restarted (fast)" : "server crashed (immediate)", step, backfill,
            (observer, name) => BrokenConnectionTests.Start(server.Database, observer, name, backfill, server.Database.ConnectionString),
            async _ =>
            {
                await server.EndAsync(end, Cancellation);
                (await FaultTrial.FindingsAsync(server.Database, Cancellation)).ShouldBe(["database_unreachable"]);
                await server.StartAsync(Cancellation);
            },
            Cancellation);
    }
}
