using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Cli;

/// <summary>A backfill that is ended while one of its transactions waits for a locked hour.</summary>
public sealed class InterruptionTests(PostgresFixture postgres)
{
    private const int Hours = 600;
    private const string Pending = "select count(distinct bucket_hour) from usage_rollup.dirty where origin = 1";

    [Fact]
    public async Task After_kill_9_the_next_backfill_finishes_without_drift()
    {
        await using var database = await PrepareAsync();
        await using (await BusyHours.HoldAsync(database))
        {
            await using var backfill = UsageProgram.Start(database, "backfill");
            await BusyHours.UntilHeldUpAsync(database);
            var status = (await UsageProgram.RunAsync(database, "status", "--json")).ShouldExitWith(0).Json();
            status.GetProperty("backfill").GetProperty("hours_total").GetInt64().ShouldBe(Hours);
            status.GetProperty("backfill").GetProperty("hours_pending").GetInt64().ShouldBeInRange(1, Hours - 1);

            backfill.Kill();
            (await backfill.EndAsync()).ShouldExitWith(137);
            (await database.ScalarAsync<long>(Pending)).ShouldBeInRange(1, Hours - 1);
        }

        (await UsageProgram.RunAsync(database, "backfill")).ShouldExitWith(0);
        await ShouldBeCompleteAsync(database);
    }

    [Fact]
    public async Task After_Ctrl_C_the_marks_are_kept_and_a_drain_resumes()
    {
        await using var database = await PrepareAsync();
        await using (await BusyHours.HoldAsync(database))
        {
            await using var backfill = UsageProgram.Start(database, "backfill", "--json");
            await BusyHours.UntilHeldUpAsync(database);

            await backfill.InterruptAsync();

            var stopped = (await backfill.EndAsync()).ShouldExitWith(130);
            stopped.Output.ShouldBe("");
            stopped.Errors.ShouldEndWith("usage: Stopped.\n");
            (await database.ScalarAsync<long>(Pending)).ShouldBeInRange(1, Hours - 1);
        }

        (await UsageProgram.RunAsync(database, "drain")).ShouldExitWith(0);
        await ShouldBeCompleteAsync(database);
    }

    [Fact]
    public async Task SIGTERM_stops_a_verb_with_its_own_exit_code()
    {
        await using var database = await PrepareAsync();
        await using var hold = await BusyHours.HoldAsync(database);
        await using var backfill = UsageProgram.Start(database, "backfill");
        await BusyHours.UntilHeldUpAsync(database);

        await backfill.TerminateAsync();

        (await backfill.EndAsync()).ShouldExitWith(143);
    }

    private async Task<TestDatabase> PrepareAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        await BusyHours.WriteAsync(database, Hours);
        (await UsageProgram.RunAsync(database, "drain")).ShouldExitWith(0);
        await BusyHours.DistortAsync(database, hour: Hours / 2);
        return database;
    }

    private static async Task ShouldBeCompleteAsync(TestDatabase database)
    {
        (await database.ScalarAsync<long>(Pending)).ShouldBe(0);
        var verified = (await UsageProgram.RunAsync(database, "verify", "--json")).ShouldExitWith(0).Json();
        verified.GetProperty("drift_count").GetInt64().ShouldBe(0);
        verified.GetProperty("buckets").GetInt64().ShouldBe(Hours);
    }
}
