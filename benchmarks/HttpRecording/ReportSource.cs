using Dapper;
using Npgsql;
using Usage.Demo.Planning;
using Usage.Engine.Recording;

namespace Usage.Benchmarks.HttpRecording;

/// <summary>
/// Generates usage of the tasks of about the last eight hours, as daemons send it: a few models each, some without a provider,
/// some with a cost.
/// </summary>
internal sealed class ReportSource
{
    private const string RecentTasksSql = "select id from public.agent_task_queue order by created_at desc limit 5000";
    private const double ProviderLeftToRuntime = 0.3;
    private const double WithCost = 0.2;

    private static readonly string[] Models = ["gpt-5", "gpt-5-mini", "gpt-5-nano"];

    private readonly Guid[] tasks;

    private ReportSource(Guid[] tasks) => this.tasks = tasks;

    public static async Task<ReportSource> OpenAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return new([.. await connection.QueryAsync<Guid>(new CommandDefinition(RecentTasksSql, cancellationToken: cancellationToken))]);
    }

    /// <summary>One to three entries with new figures each time, because unchanged usage would leave nothing to drain.</summary>
    public TaskUsageEntries Next(Random random) => new(
        random.Pick(tasks),
        [
            .. Models.Take(random.Next(1, Models.Length + 1)).Select(model => new UsageEntry(
                random.Chance(ProviderLeftToRuntime) ? "" : "openai", model, random.NextInt64(20_000), random.NextInt64(4_000),
                random.NextInt64(90_000), CostUsdTicks: random.Chance(WithCost) ? random.NextInt64(1, 1_000_000_000) : null))
        ]);
}
