using Shouldly;
using Usage.Engine;
using Usage.Engine.Diagnostics;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>Requests for fresh reports of one workspace share a drain, and each is still exact.</summary>
public sealed class SharedDrainTests(DatabaseFixture fixture) : ReportingTests(fixture)
{
    private static readonly ReportOptions Fresh = new(Fresh: true);

    [Fact]
    public async Task Requests_for_one_workspace_share_the_current_drain()
    {
        var (workspace, task) = await DrainedAsync();
        await Seed.UsageRow(task, model: "new", input: 7, createdAt: Noon);
        Counting drains = new(new Waitpoint(DrainStep.Claimed));
        var reports = Engine(Database, new UsageEngineOptions(), observer: drains).Reports;
        var first = ReadAsync(reports, workspace);
        await drains.Inner.HoldsAsync(first);
        Task<UsageReport<TotalUsage>>[] all = [first, .. Enumerable.Range(0, 20).Select(_ => ReadAsync(reports, workspace))];
        drains.Inner.Release();
        foreach (var report in await Task.WhenAll(all))
        {
            (report.Source, report.Rows.ShouldHaveSingleItem().InputTokens).ShouldBe((ReportSource.Rollup, 17));
        }

        drains.Picks.ShouldBe(2, "one that finds the hour, and one that finds nothing more");
    }

    [Fact]
    public async Task A_request_that_joins_late_includes_what_the_drain_missed()
    {
        var (workspace, task) = await DrainedAsync();
        Counting drains = new(new Waitpoint(DrainStep.Picked));
        var reports = Engine(Database, new UsageEngineOptions(), observer: drains).Reports;

        // The drain has found nothing to do when the change commits.
        var early = ReadAsync(reports, workspace);
        await drains.Inner.HoldsAsync(early);
        await Seed.UsageRow(task, model: "late", input: 7, createdAt: Noon);
        var late = ReadAsync(reports, workspace);
        drains.Inner.Release();
        (await late).Rows.ShouldHaveSingleItem().InputTokens.ShouldBe(17);
        (await late).Source.ShouldBe(ReportSource.Rollup);
        await early;
        drains.Picks.ShouldBe(1);
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_cancel_the_drain_for_the_others()
    {
        var (workspace, task) = await DrainedAsync();
        await Seed.UsageRow(task, model: "new", input: 7, createdAt: Noon);
        Counting drains = new(new Waitpoint(DrainStep.Claimed));
        var reports = Engine(Database, new UsageEngineOptions(), observer: drains).Reports;
        using CancellationTokenSource givesUp = new();
        var first = reports.WorkspaceTotalAsync(workspace, Week, options: Fresh, cancellationToken: givesUp.Token);
        await drains.Inner.HoldsAsync(first);
        var second = ReadAsync(reports, workspace);
        await givesUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        drains.Inner.Release();
        (await second).Rows.ShouldHaveSingleItem().InputTokens.ShouldBe(17);
        (await second).Source.ShouldBe(ReportSource.Rollup);
    }

    private async Task<(Guid Workspace, Guid Task)> DrainedAsync()
    {
        var workspace = await Seed.Workspace();
        var task = await Seed.AgentTask(await Seed.Agent(workspace));
        await Seed.UsageRow(task, input: 10, createdAt: Noon);
        await BackfillAsync();
        return (workspace, task);
    }

    private static Task<UsageReport<TotalUsage>> ReadAsync(IUsageReports reports, Guid workspace) =>
        reports.WorkspaceTotalAsync(workspace, Week, options: Fresh, cancellationToken: Cancellation);

    /// <summary>Counts the picks.</summary>
    private sealed class Counting(Waitpoint inner) : IDrainObserver
    {
        private int picks;

        public Waitpoint Inner => inner;

        public int Picks => picks;

        public ValueTask ReachedAsync(DrainStep step, CancellationToken cancellationToken)
        {
            if (step == DrainStep.Picked)
            {
                Interlocked.Increment(ref picks);
            }

            return inner.ReachedAsync(step, cancellationToken);
        }
    }
}
