using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Cli;

/// <summary>The commands' normal operation, with text and JSON output.</summary>
public sealed class VerbTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Drain_recomputes_what_is_marked_and_status_shows_it_before_and_after()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await BusyHours.WriteAsync(database, hours: 5);

        var before = (await UsageProgram.RunAsync(database, "status", "--json")).ShouldExitWith(0).ShouldSayNothingElse().Json();
        before.GetProperty("pending_live").GetInt64().ShouldBe(5);
        before.GetProperty("broken_triggers").GetArrayLength().ShouldBe(0);

        var drained = (await UsageProgram.RunAsync(database, "drain", "--json")).ShouldExitWith(0).ShouldSayNothingElse().Json();
        drained.GetProperty("marks").GetInt64().ShouldBe(5);
        drained.GetProperty("written").GetInt64().ShouldBe(5);
        drained.GetProperty("failed").GetInt64().ShouldBe(0);

        var after = (await UsageProgram.RunAsync(database, "status")).ShouldExitWith(0).ShouldSayNothingElse();
        after.Output.ShouldContain("Pending       0 live marks, 0 backfill marks");
        (await UsageProgram.RunAsync(database, "drain")).ShouldExitWith(0).Output.ShouldStartWith("0 marks, 0 hours");
    }

    [Fact]
    public async Task Drain_can_be_limited_to_a_workspace()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await BusyHours.WriteAsync(database, hours: 2);
        var other = await database.Seed.Workspace();
        await database.Seed.UsageRow(await database.Seed.AgentTask(await database.Seed.Agent(other)));

        (await UsageProgram.RunAsync(database, "drain", "--workspace", $"{other}")).ShouldExitWith(0);

        (await database.QueryAsync<Guid>("select distinct workspace_id from usage_rollup.hourly")).ShouldContain(other);
    }

    [Fact]
    public async Task Backfill_counts_marks_or_recomputes_as_requested()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await BusyHours.WriteAsync(database, hours: 30);
        await database.ExecuteAsync("truncate usage_rollup.dirty");

        string[] day = ["--from", "2026-01-31", "--to", "2026-01-31T10:30Z"];
        var dry = (await UsageProgram.RunAsync(database, ["backfill", "--dry-run", "--json", .. day])).ShouldExitWith(0).Json();
        dry.GetProperty("hours").GetInt64().ShouldBe(11);
        dry.GetProperty("dry_run").GetBoolean().ShouldBeTrue();
        (await UsageProgram.RunAsync(database, "backfill", "--dry-run"))
            .Output.ShouldBe("Would recompute 30 hours, 30 usage rows\n");

        (await UsageProgram.RunAsync(database, ["backfill", "--no-drain", .. day]))
            .ShouldExitWith(0).ShouldSayNothingElse().Output.ShouldBe("Marked 11 hours for the running hosts\n");
        (await database.ScalarAsync<long>("select count(*) from usage_rollup.dirty")).ShouldBe(11);

        var all = (await UsageProgram.RunAsync(database, "backfill", "--json")).ShouldExitWith(0).ShouldSayNothingElse().Json();
        all.GetProperty("hours").GetInt64().ShouldBe(30);
        all.GetProperty("written").GetInt64().ShouldBe(30);

        var status = (await UsageProgram.RunAsync(database, "status")).ShouldExitWith(0);
        status.Output.ShouldContain("History       complete");
        status.Output.ShouldContain("Backfill      30 of 30 hours");
    }

    [Fact]
    public async Task While_paused_nothing_drains_until_resume()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await BusyHours.WriteAsync(database, hours: 2);

        var paused = (await UsageProgram.RunAsync(database, "pause", "--json")).ShouldExitWith(0).Json();
        paused.GetProperty("paused").GetBoolean().ShouldBeTrue();
        var status = (await UsageProgram.RunAsync(database, "status")).ShouldExitWith(0);
        status.Output.ShouldStartWith("Engine        paused since 20");

        var refused = (await UsageProgram.RunAsync(database, "drain", "--json")).ShouldExitWith(1);
        refused.Output.ShouldBe("");
        refused.Errors.ShouldStartWith("usage: The engine has been paused since 20");
        (await UsageProgram.RunAsync(database, "backfill")).ShouldExitWith(1).Errors.ShouldContain("paused since");

        (await UsageProgram.RunAsync(database, "resume")).ShouldExitWith(0).Output.ShouldBe("Resumed.\n");
        (await UsageProgram.RunAsync(database, "drain")).ShouldExitWith(0);
        (await database.ScalarAsync<long>("select count(*) from usage_rollup.dirty")).ShouldBe(0);
    }

    [Fact]
    public async Task Url_prints_the_address_and_nothing_else()
    {
        var url = await UsageProgram.RunAsync("Host=db.example.org;Port=6432;Username=me;Password=p@ss;Database=app", "url");

        url.ShouldExitWith(0).ShouldSayNothingElse().Output.ShouldBe("postgresql://me:p%40ss@db.example.org:6432/app\n");
        (await UsageProgram.RunAsync("postgresql://me@localhost/app", "url", "--json")).ShouldExitWith(0)
            .Json().GetProperty("url").GetString().ShouldBe("postgresql://me@localhost:5432/app");
    }
}
