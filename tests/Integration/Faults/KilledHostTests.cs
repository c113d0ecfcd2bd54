using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>The program, killed in each statement of a drain: another host drains what it had.</summary>
[Trait("Category", "Faults")]
public sealed class KilledHostTests(PostgresFixture postgres, FaultTable ledger)
{
    private const string Waits = """
        select exists (
            select from pg_stat_activity
            where datname = current_database() and application_name = 'usage' and wait_event_type = 'Lock'
              and ltrim(query, e' \n') like @statement)
        """;

    public static TheoryData<string> Steps { get; } = [.. FreezePoint.All.Keys];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Steps))]
    public async Task Another_host_drains_what_a_host_held_that_is_killed_while(string step)
    {
        var freeze = FreezePoint.All[step];
        await using var database = await postgres.CreateDatabaseAsync();
        var task = await database.Seed.LoneTask();
        await using var other = TestEngine.On(database);
        await using var host = UsageProgram.Start(database, "serve", "--urls", "http://127.0.0.1:0");
        await host.NextLineAsync();
        await database.UntilAsync("select complete from usage_rollup.status");
        long killed;
        await using (var blocker = await OpenTransaction.BeginAsync(database))
        {
            // The work commits while the host is stopped, so that the blocker is there before the host sees it.
            await host.StopAsync();
            await database.ExecuteAsync(freeze.Work, new { task, hour = FreezePoint.Hour });
            await blocker.ExecuteAsync(freeze.Lock);
            await host.ContinueAsync();
            await database.UntilAsync(Waits, new { statement = freeze.Statement });
            host.Kill();
            killed = TimeProvider.System.GetTimestamp();
        }

        await other.Parts.Loop.StartAsync(Cancellation);
        await new FaultTrial(database, ledger).RecoverAsync("host killed (kill -9)", killed);
        await other.Parts.Loop.StopAsync(Cancellation);
        await database.ShouldBeExactAsync();
    }
}
