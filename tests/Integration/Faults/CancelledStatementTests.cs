using Microsoft.Extensions.Logging;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>A statement of a drain that an operator cancels, or that runs into a limit of the server.</summary>
[Trait("Category", "Faults")]
public sealed class CancelledStatementTests(DatabaseFixture fixture, FaultTable ledger) : EngineTests(fixture)
{
    private const string Waits = """
        select exists (
            select from pg_stat_activity
            where application_name = @name and wait_event_type = 'Lock' and ltrim(query, e' \n') like @statement)
        """;

    private const string Cancel = "select count(pg_cancel_backend(pid)) from pg_stat_activity where application_name = @name and wait_event_type = 'Lock'";

    public static TheoryData<string> Statements { get; } = [.. FreezePoint.Small.Keys];

    [Theory, MemberData(nameof(Statements))]
    public Task A_statement_that_is_cancelled_is_repeated(string statement) => TryAsync(
        "statement cancelled", statement, limit: null,
        async (name, _) => await Database.ScalarAsync<long>(Cancel, new { name }));

    [Theory, MemberData(nameof(Statements))]
    public Task A_statement_that_runs_out_of_time_is_repeated(string statement) => TryAsync(
        "statement timeout", statement, limit: "-c statement_timeout=1s", (_, _) => Task.CompletedTask);

    private async Task TryAsync(string fault, string statement, string? limit, Func<string, RecordedLog, Task> inject)
    {
        FaultTrial trial = new(Database, ledger);
        await trial.PrepareAsync(Cancellation);
        var freeze = FreezePoint.Small[statement];
        var task = await Database.ScalarAsync<Guid>("select id from public.agent_task_queue");
        RecordedLog log = new();
        var name = FaultTrial.NewName();
        await using var host = TestEngine.On(
            Database,
            configure: options =>
            {
                (options.ReplicaName, options.AutoBackfill) = (name, false);
                (options.MinBackoff, options.MaxBackoff) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200));
            },
            address: address => address.Options = limit, loggers: log);
        long since;
        await using (var blocker = await OpenTransaction.BeginAsync(Database))
        {
            await Database.ExecuteAsync(freeze.Work, new { task, hour = FreezePoint.Hour });
            await blocker.ExecuteAsync(freeze.Lock);
            await host.Parts.Loop.StartAsync(Cancellation);
            await Database.UntilAsync(Waits, new { name, statement = freeze.Statement });
            await inject(name, log);
            while (!log.Lines.Any(line => line.Level >= LogLevel.Warning))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
            }

            since = TimeProvider.System.GetTimestamp();
        }

        await trial.RecoverAsync(fault, since);
        log.Lines.Where(line => line.Level >= LogLevel.Warning).ShouldContain(line => line.Text.Contains("57014", StringComparison.Ordinal));
        await host.Parts.Loop.StopAsync(Cancellation);
        await Database.ShouldBeExactAsync();
    }
}
