using Shouldly;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Demo;

public sealed class LoadTests(PostgresFixture postgres) : IDisposable
{
    private const string Totals = """
        select coalesce(sum(event_count), 0)::bigint as requests,
               coalesce(sum(input_tokens + cache_read_tokens), 0)::bigint as input,
               coalesce(sum(output_tokens), 0)::bigint as output
        from usage_rollup.hourly
        """;

    private readonly string trace = Path.GetTempFileName();

    public void Dispose() => File.Delete(trace);

    [Fact]
    public async Task A_replayed_trace_is_in_the_rollup_to_the_last_token()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await WriteTraceAsync(
            "2023-11-16 18:17:03.9799600,374,44", "2023-11-16 18:17:04.0319600,396,109", "2023-11-16 18:17:24.0781920,879,55",
            "2023-11-16 18:17:44.1000000,0,7", "2023-11-16 18:17:44.1,12345,1");

        var sent = (await UsageProgram.RunAsync(database, "load", "--trace", trace, "--speed", "100", "--json"))
            .ShouldExitWith(0).Json();
        sent.GetProperty("requests").GetInt64().ShouldBe(5);
        sent.GetProperty("input_tokens").GetInt64().ShouldBe(13_994);
        sent.GetProperty("output_tokens").GetInt64().ShouldBe(216);

        (await UsageProgram.RunAsync(database, "drain")).ShouldExitWith(0);
        (await database.QueryAsync<Figures>(Totals)).ShouldHaveSingleItem().ShouldBe(new Figures(5, 13_994, 216));
    }

    [Theory]
    [InlineData("2023-11-16 18:17:03.97,many,44", "ContextTokens is 'many'")]
    [InlineData("2023-11-16 18:17:03.97,374,-1", "GeneratedTokens is '-1'")]
    [InlineData("16.11.2023,374,44", "TIMESTAMP is '16.11.2023'")]
    [InlineData("2023-11-16 18:17:01,374,44", "TIMESTAMP is '2023-11-16 18:17:01'")]
    public async Task A_bad_line_of_a_trace_is_reported_with_its_value_and_the_rule(string line, string words)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await WriteTraceAsync("2023-11-16 18:17:02,1,1", line);

        var failed = (await UsageProgram.RunAsync(database, "load", "--trace", trace)).ShouldExitWith(1);

        failed.Output.ShouldBe("");
        failed.Errors.ShouldContain($"usage: {trace}, line 3: {words}: ");
        failed.Errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_missing_trace_is_reported_by_name()
    {
        await using var database = await postgres.CreateDatabaseAsync();

        var failed = (await UsageProgram.RunAsync(database, "load", "--trace", trace + ".csv")).ShouldExitWith(1);

        failed.Output.ShouldBe("");
        failed.Errors.ShouldContain(trace + ".csv");
    }

    [Fact]
    public async Task Generated_requests_are_all_counted_and_leave_no_drift()
    {
        await using var database = await postgres.CreateDatabaseAsync();

        var sent = (await UsageProgram.RunAsync(database, "load", "--rate", "50", "--duration", "2", "--verify", "--json"))
            .ShouldExitWith(0).Json();

        sent.GetProperty("drift").GetInt64().ShouldBe(0);
        var rollup = (await database.QueryAsync<Figures>(Totals)).ShouldHaveSingleItem();
        rollup.ShouldBe(new Figures(
            sent.GetProperty("requests").GetInt64(), sent.GetProperty("input_tokens").GetInt64(),
            sent.GetProperty("output_tokens").GetInt64()));
        rollup.Requests.ShouldBePositive();
    }

    private Task WriteTraceAsync(params string[] lines) => File.WriteAllLinesAsync(
        trace, lines.Prepend("TIMESTAMP,ContextTokens,GeneratedTokens"), TestContext.Current.CancellationToken);

    private sealed record Figures(long Requests, long Input, long Output);
}
