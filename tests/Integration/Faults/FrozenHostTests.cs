using Shouldly;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>The program, stopped by SIGSTOP in each statement of a drain: its hours are free again after the silent host's timeout.</summary>
[Trait("Category", "Faults")]
public sealed class FrozenHostTests(PostgresFixture postgres, FaultTable ledger)
{
    private const string Waits = """
        select exists (
            select from pg_stat_activity
            where datname = current_database() and application_name = 'usage' and wait_event_type = 'Lock'
              and ltrim(query, e' \n') like @statement)
        """;

    private const string NobodyWaits = """
        select not exists (
            select from pg_stat_activity
            where datname = current_database() and application_name = 'usage' and wait_event_type = 'Lock')
        """;

    // The first housekeeping removes it, so that no later one waits for a test's lock.
    private const string Leftover = """
        insert into usage_rollup.set_aside (bucket_hour, error, retry_at) values ('2026-01-01 00:00:00+00', 'left over', 'infinity')
        """;

    private static readonly string[] Quick = ["--urls", "http://127.0.0.1:0", "--set", "Usage:SilentHostTimeout=00:00:02"];

    public static TheoryData<string> Steps { get; } = [.. FreezePoint.All.Keys];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Steps)), Trait("Field", "14")]
    public async Task Another_host_drains_the_hours_of_a_host_stopped_during(string step)
    {
        var freeze = FreezePoint.All[step];
        await using var database = await postgres.CreateDatabaseAsync();
        var task = await database.Seed.LoneTask();
        await database.ExecuteAsync(Leftover);
        await using var host = UsageProgram.Start(database, ["serve", .. Quick]);
        await host.NextLineAsync();
        await database.UntilAsync("select complete and failed_hours = 0 from usage_rollup.status");
        await StopAtAsync(database, host, freeze, task);
        var frozen = TimeProvider.System.GetTimestamp();

        await using var other = TestEngine.On(
            database, configure: options => options.SilentHostTimeout = TimeSpan.FromSeconds(2), address: patient => patient.CommandTimeout = 0);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        await other.Engine.DrainAsync(cancellationToken: patience.Token);
        await new FaultTrial(database, ledger).RecoverAsync("host frozen (SIGSTOP; `SilentHostTimeout` 2 s)", frozen);
        await database.ShouldBeExactAsync();

        await host.ContinueAsync();
        await database.ExecuteAsync("update public.task_usage set input_tokens = 2 where task_id = @task", new { task });
        await database.Seed.UsageRow(task, model: "after the thaw", createdAt: FreezePoint.Hour);
        await database.UntilAsync("select count(*) = 0 from usage_rollup.dirty");
        await database.ShouldBeExactAsync();
        await host.TerminateAsync();
        (await host.EndAsync()).ShouldExitWith(0);
        await database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Another_host_marks_the_history_that_a_stopped_host_was_marking()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.Seed.UsageRow(await database.Seed.LoneTask(), createdAt: FreezePoint.Hour);
        await database.ExecuteAsync("truncate usage_rollup.dirty");
        ChildProcess host;
        await using (var blocker = await OpenTransaction.BeginAsync(database))
        {
            await blocker.ExecuteAsync("lock table public.task_usage in access exclusive mode");
            host = UsageProgram.Start(database, ["serve", .. Quick]);
            await database.UntilAsync(Waits, new { statement = "with marked as%" });
            await host.StopAsync();
        }

        await using (host)
        {
            await database.UntilAsync(RollupState.NothingIsLocked);
            await using var other = TestEngine.On(database);
            await other.Parts.Loop.StartAsync(Cancellation);
            await database.UntilAsync("select complete from usage_rollup.status");
            await other.Parts.Loop.StopAsync(Cancellation);
            await host.ContinueAsync();
            await host.NextLineAsync();
            await host.TerminateAsync();
            (await host.EndAsync()).ShouldExitWith(0);
            (await database.ScalarAsync<long>("select count(*) from usage_rollup.backfill")).ShouldBe(1, "history is marked once");
            await database.ShouldBeExactAsync();
        }
    }

    private static async Task StopAtAsync(TestDatabase database, ChildProcess host, FreezePoint freeze, Guid task)
    {
        await using (var blocker = await OpenTransaction.BeginAsync(database))
        {
            // The changes commit while the host is stopped, so that the lock is in place before the host sees them.
            await host.StopAsync();
            await database.ExecuteAsync(freeze.Work, new { task, hour = FreezePoint.Hour });
            await blocker.ExecuteAsync(freeze.Lock);
            await host.ContinueAsync();
            await database.UntilAsync(Waits, new { statement = freeze.Statement });
            await host.StopAsync();
        }

        await database.UntilAsync(NobodyWaits);
    }
}
