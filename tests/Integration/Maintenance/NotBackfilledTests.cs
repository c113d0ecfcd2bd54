using Shouldly;
using Usage.Engine.Maintenance;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>Verification of a rollup whose history is not backfilled yet.</summary>
public sealed class NotBackfilledTests(DatabaseFixture fixture) : HistoryTests(fixture)
{
    [Fact]
    public async Task Before_the_first_backfill_history_is_not_drift()
    {
        await HistoryAsync(20);
        var report = await VerifyAsync();
        (report.NotBackfilled, report.HoursNotBackfilled, report.DriftCount, report.RawRows).ShouldBe((true, 20, 0, 20));
        report.Drift.ShouldBeEmpty();
        (await VerifyAsync(new() { Repair = true })).MarkedHours.ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_figure_in_history_that_is_not_backfilled_is_still_drift()
    {
        await HistoryAsync(5);
        var scene = await SceneAsync();
        await Database.ExecuteAsync("update usage_rollup.hourly set input_tokens = 99");
        var report = await VerifyAsync();
        (report.HoursNotBackfilled, report.DriftCount).ShouldBe((5, 1));
        report.Drift.ShouldHaveSingleItem().AgentId.ShouldBe(scene.Agent);
    }

    [Fact]
    public async Task During_a_backfill_its_hours_are_pending_and_afterwards_missing_ones_are_drift()
    {
        await HistoryAsync(5);
        await Replica().Engine.BackfillAsync(new() { Drain = false }, cancellationToken: Cancellation);
        var report = await VerifyAsync();
        (report.NotBackfilled, report.PendingHours.Count).ShouldBe((false, 5));
        await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        (await VerifyAsync()).NotBackfilled.ShouldBeFalse();
        await Database.ExecuteAsync("delete from usage_rollup.hourly");
        report = await VerifyAsync();
        (report.NotBackfilled, report.DriftCount).ShouldBe((false, 5));
    }

    [Fact]
    public async Task The_command_reports_it_and_fails()
    {
        await HistoryAsync(3);
        var text = (await UsageProgram.RunAsync(Database, "verify")).ShouldExitWith(1).ShouldSayNothingElse();
        text.Output.ShouldStartWith("History is not backfilled yet: 3 hours with usage from before the rollup.");
        text.Output.ShouldContain("0 drifted");
        text.Output.ShouldNotContain("missing in the rollup");
        var json = (await UsageProgram.RunAsync(Database, "verify", "--json")).ShouldExitWith(1).Json();
        json.GetProperty("not_backfilled").GetBoolean().ShouldBeTrue();
        json.GetProperty("drift").GetArrayLength().ShouldBe(0);
        (await UsageProgram.RunAsync(Database, "backfill")).ShouldExitWith(0);
        (await UsageProgram.RunAsync(Database, "verify")).ShouldExitWith(0);
    }

    private Task<VerifyReport> VerifyAsync(VerifyRequest? request = null) =>
        Replica().Engine.VerifyAsync(request ?? new(), cancellationToken: Cancellation);
}
