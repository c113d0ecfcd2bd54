using Shouldly;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.ExtensionsAI;

/// <summary>The sample as its README has it started: on an empty database, by one connection string.</summary>
public sealed class SampleTests(PostgresFixture postgres)
{
    [Fact(Timeout = 300_000)]
    public async Task The_usage_of_the_agent_loop_is_on_the_dashboard()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        await using var sample = ChildProcess.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Usage.Samples.AgentLoop.dll")],
            new Dictionary<string, string?>
            {
                ["ConnectionStrings__App"] = database.ConnectionString, ["Urls"] = "http://127.0.0.1:0", ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["Logging__LogLevel__Default"] = "Warning", ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
            });
        using HttpClient client = new() { BaseAddress = await AddressAsync(sample) };
        // The only workspace there is opens by itself.
        while (!(await client.GetStringAsync(new Uri("usage/", UriKind.Relative), cancellation)).Contains("gpt-5-mini", StringComparison.Ordinal))
        {
        }

        // A task calls the model twice: 1,240 tokens and, after the tool, 1,320 of which 1,200 are cached.
        var sums = await database.QueryAsync<Sums>(
            "select input_tokens, output_tokens, cache_read_tokens from usage_rollup.hourly where event_count = task_count");
        sums.ShouldAllBe(sum => sum.CacheReadTokens % 1_200 == 0 && sum.OutputTokens > 0);
    }

    private static async Task<Uri> AddressAsync(ChildProcess sample)
    {
        while (true)
        {
            var line = await sample.NextLineAsync();
            if (line.IndexOf("http://", StringComparison.Ordinal) is >= 0 and var at)
            {
                return new(line[at..].Trim());
            }
        }
    }

    private sealed record Sums(long InputTokens, long OutputTokens, long CacheReadTokens);
}
