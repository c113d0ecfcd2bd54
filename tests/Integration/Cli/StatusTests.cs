using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Cli;

/// <summary>What the verb status says, once and again and again.</summary>
public sealed class StatusTests(PostgresFixture postgres)
{
    private const string Replicas = """
        insert into usage_rollup.replica (name, heartbeat_at, failures)
        values ('alive-one', now(), @failures), ('ended-one', now() - interval '2 days', 0), ('ended-two', now() - interval '1 day', 0)
        """;

    /// <summary>A test that stalls is not to make a replica look ended.</summary>
    private static readonly string[] Patient = ["--set", "Usage:HeartbeatTimeout=00:30:00"];

    [Fact]
    public async Task It_lists_the_replicas_that_are_alive_and_counts_those_that_have_ended()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync(Replicas, new { failures = 0 });

        var status = (await RunAsync(database)).ShouldExitWith(0).Output;

        status.ShouldContain("Engine        running\n");
        status.ShouldContain("Replica       alive-one");
        status.ShouldNotContain("ended-one");
        status.ShouldContain("Ended         2 background loops of the last 7 days");
        var all = (await RunAsync(database, "--json")).ShouldExitWith(0).Json();
        all.GetProperty("replicas").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task Running_means_that_a_host_drains_and_not_that_nobody_has_paused()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        (await RunAsync(database)).Output.ShouldContain("Engine        not running: no host drains in the background\n");
        await database.ExecuteAsync("insert into usage_rollup.replica (name, heartbeat_at) values ('ended', now() - interval '1 hour')");
        (await RunAsync(database)).Output.ShouldContain("not running: no host drains in the background; last heartbeat at");
        await database.ExecuteAsync(Replicas, new { failures = 7 });
        (await RunAsync(database)).Output.ShouldContain("running, and failing: 7 rounds in a row");
        await database.ExecuteAsync("update usage_rollup.control set paused_at = now()");
        (await RunAsync(database)).Output.ShouldContain("Engine        paused since");
    }

    [Fact]
    public async Task Marks_are_counted_by_their_age()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync(
            """
            insert into usage_rollup.dirty (bucket_hour, origin, enqueued_at)
            values (now(), 0, now() + interval '1 hour'), (now(), 0, now() - interval '30 s'), (now(), 0, now() - interval '2 h'),
                   (now(), 0, now() - interval '2 days'), (now(), 1, now() - interval '2 h')
            """);

        var ages = (await RunAsync(database, "--json")).ShouldExitWith(0).Json().GetProperty("pending_by_age")
            .EnumerateArray().Select(age => (age.GetProperty("from").GetDouble(), age.GetProperty("marks").GetInt64())).ToList();

        ages.ShouldBe([(0, 1), (1, 0), (10, 1), (60, 0), (600, 2)]);
    }

    [Fact]
    public async Task Watched_it_tells_again_and_again_until_Ctrl_C()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var watch = UsageProgram.Start(database, "status", "--watch", "0.1", "--json");
        (await watch.NextLineAsync()).ShouldContain("\"pending_live\":0");
        await database.ExecuteAsync("insert into usage_rollup.dirty (bucket_hour) values (now())");
        while (!(await watch.NextLineAsync()).Contains("\"pending_live\":1", StringComparison.Ordinal))
        {
        }

        await watch.InterruptAsync();
        (await watch.EndAsync()).ShouldExitWith(130);
    }

    [Fact]
    public async Task Watched_on_a_terminal_it_is_drawn_in_place()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync(Replicas, new { failures = 0 });
        await using var terminal = UsageProgram.StartOnTerminal(database, ["status", "--watch", "0.1", .. Patient]);
        await UntilDrawnAsync(terminal, "1 live replica");
        await database.ExecuteAsync(
            """
            insert into usage_rollup.dirty (bucket_hour, enqueued_at) values (now(), now() - interval '30 s');
            update usage_rollup.replica set total_rows = 1234567 where name = 'alive-one'
            """);
        await UntilDrawnAsync(terminal, "1 live mark,");
        await UntilDrawnAsync(terminal, "10 s to 1 min 1");
        await UntilDrawnAsync(terminal, "1,234,567");
    }

    [Fact]
    public async Task An_interval_that_is_none_is_refused()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var refused = await UsageProgram.RunAsync(database, "status", "--watch", "never");
        refused.ShouldExitWith(2).Errors.ShouldContain("--watch is 'never': it must be a number of seconds from 0.1 to 3600.");
    }

    private static Task<ProgramResult> RunAsync(TestDatabase database, params IEnumerable<string> more) =>
        UsageProgram.RunAsync(database, ["status", .. Patient, .. more]);

    private static async Task UntilDrawnAsync(ChildProcess terminal, string text)
    {
        while (!(await terminal.NextLineAsync()).Contains(text, StringComparison.Ordinal))
        {
        }
    }
}
