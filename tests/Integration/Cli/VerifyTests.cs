using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Cli;

public sealed class VerifyTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Drift_is_listed_with_both_figures_and_repaired_by_the_next_drain()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await BusyHours.WriteAsync(database, hours: 5);
        await UsageProgram.RunAsync(database, "backfill");
        await BusyHours.DistortAsync(database, hour: 2);
        await database.ExecuteAsync("delete from usage_rollup.hourly where bucket_hour = '2026-01-31 09:00+00'");

        var drifted = (await UsageProgram.RunAsync(database, "verify")).ShouldExitWith(1).ShouldSayNothingElse();
        drifted.Output.ShouldContain("2026-01-31T10:00:00Z workspace ");
        drifted.Output.ShouldContain("input_tokens raw 10 rollup 999");
        drifted.Output.ShouldContain("missing in the rollup; raw: input_tokens 10, output_tokens 5");
        drifted.Output.ShouldContain("5 usage rows, 4 buckets, 2 drifted");

        (await UsageProgram.RunAsync(database, "verify", "--from", "2026-01-31T11:00Z")).ShouldExitWith(0);
        var json = (await UsageProgram.RunAsync(database, "verify", "--json", "--to", "2026-01-31T10:00Z"))
            .ShouldExitWith(1).Json();
        var bucket = json.GetProperty("drift").EnumerateArray().ShouldHaveSingleItem();
        bucket.GetProperty("raw").GetProperty("input_tokens").GetDecimal().ShouldBe(10);
        bucket.GetProperty("rollup").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);

        var repaired = (await UsageProgram.RunAsync(database, "verify", "--repair", "--json")).ShouldExitWith(1).Json();
        repaired.GetProperty("marked_hours").GetInt64().ShouldBe(2);
        var pending = (await UsageProgram.RunAsync(database, "verify")).ShouldExitWith(0);
        pending.Output.ShouldContain("0 drifted, 2 hours pending");
        (await UsageProgram.RunAsync(database, "drain")).ShouldExitWith(0);

        var clean = (await UsageProgram.RunAsync(database, "verify", "--json")).ShouldExitWith(0).ShouldSayNothingElse().Json();
        clean.GetProperty("drift_count").GetInt64().ShouldBe(0);
        clean.GetProperty("buckets").GetInt64().ShouldBe(5);
    }

    [Fact]
    public async Task An_hour_that_overflows_fails_the_drain_and_is_shown_by_status()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var task = await database.Seed.LoneTask();
        await database.Seed.UsageRow(task, provider: "openai", input: long.MaxValue);
        await database.Seed.UsageRow(task, provider: "OpenAI", input: long.MaxValue);

        (await UsageProgram.RunAsync(database, "drain")).ShouldExitWith(1).Output.ShouldContain("1 set aside with an error");

        var status = (await UsageProgram.RunAsync(database, "status", "--json")).ShouldExitWith(0).Json();
        status.GetProperty("set_aside").GetArrayLength().ShouldBe(1);
        (await UsageProgram.RunAsync(database, "status")).Output.ShouldMatch(@"Set aside     hour 20\S+, agent [0-9a-f-]{36}: OverflowException");
    }
}
