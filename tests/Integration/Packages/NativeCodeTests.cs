using Shouldly;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Packages;

/// <summary>The engine compiled ahead of time, without what trimming takes away.</summary>
[Collection<PackagesCollection>]
public sealed class NativeCodeTests(PublishedNativeWorker worker, PostgresFixture postgres) : IClassFixture<PublishedNativeWorker>
{
    [Fact]
    public async Task The_engine_published_as_native_code_migrates_records_drains_verifies_and_reports()
    {
        await using var database = await ApplicationDatabase.CreateAsync(postgres);
        var task = await database.Seed.LoneTask();
        var workspace = await database.ScalarAsync<Guid>("select id from workspace");
        await using var program = ChildProcess.Start(worker.Program, [workspace.ToString(), task.ToString()], new Dictionary<string, string?>
        {
            ["Usage__ConnectionString"] = database.ConnectionString,
            ["Usage__PollInterval"] = "00:00:00.050",
            ["Usage__ReplicaName"] = "native",
        });
        var ended = (await program.EndAsync()).ShouldExitWith(0);
        ended.Output.ShouldContain("verified 1 rows, 1 buckets, 0 drifted");
        ended.Output.ShouldContain("openai gpt-5: 1200 in, 340 out");
        ended.Output.ShouldContain("0 marks pending, 1 replicas");
        (await database.ScalarAsync<long>("select input_tokens from usage_rollup.hourly")).ShouldBe(1_200);
        (await database.ScalarAsync<string>("select name from usage_rollup.replica")).ShouldBe("native", "options come from the configuration");
    }

    [Fact]
    public async Task A_setting_that_breaks_its_rule_is_named_by_native_code_too()
    {
        await using var program = ChildProcess.Start(
            worker.Program, [Guid.Empty.ToString(), Guid.Empty.ToString()], new Dictionary<string, string?>
            {
                ["Usage__ConnectionString"] = "Host=127.0.0.1;Username=nobody", ["Usage__PollInterval"] = "1.00:00:00", ["Usage__MaxDuty"] = "7",
            });
        var ended = await program.EndAsync();
        ended.ExitCode.ShouldNotBe(0);
        ended.Errors.ShouldContain("PollInterval is 1.00:00:00: it must be 00:00:00.0100000 to 00:00:10.");
        ended.Errors.ShouldContain("MaxDuty");
    }
}
