using NodaTime;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Reporting;

/// <summary>
/// Two workspaces whose agents also work on each other's issues and runtimes, with usage around the clock changes of many zones.
/// The same seed gives the same usage.
/// </summary>
internal sealed class RandomUsage(TestDatabase database, Random random)
{
    private const int Tasks = 400;

    public static readonly Instant[] Anchors =
    [
        Instant.FromUtc(2011, 12, 30, 10, 0), Instant.FromUtc(2026, 3, 8, 6, 0), Instant.FromUtc(2026, 4, 4, 14, 0),
        Instant.FromUtc(2026, 4, 23, 22, 0), Instant.FromUtc(2026, 11, 1, 5, 0),
    ];

    private static readonly string[] Providers = ["openai", "OpenAI", "anthropic", ""];
    private static readonly string[] Models = ["gpt", "claude", "free"];

    private readonly List<(Guid Id, Guid Workspace)> agents = [];
    private readonly List<Guid> runtimes = [];
    private readonly List<Guid> issues = [];

    public List<Guid> Workspaces { get; } = [];

    public List<Guid> Projects { get; } = [];

    public IReadOnlyList<Guid> Agents => [.. agents.Select(agent => agent.Id)];

    public IReadOnlyList<Guid> Runtimes => runtimes;

    public IReadOnlyList<Guid> Issues => issues;

    public async Task InsertAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            var workspace = await database.Seed.Workspace();
            Workspaces.Add(workspace);
            for (var j = 0; j < 3; j++)
            {
                agents.Add((await database.Seed.Agent(workspace), workspace));
                runtimes.Add(await database.Seed.Runtime(workspace));
                var project = await database.Seed.Project(workspace);
                Projects.Add(project);
                issues.Add(await database.Seed.Issue(workspace, project));
                issues.Add(await database.Seed.Issue(workspace));
            }
        }

        for (var i = 0; i < Tasks; i++)
        {
            await TaskAsync();
        }
    }

    private async Task TaskAsync()
    {
        var task = await database.Seed.AgentTask(
            Any(agents).Id, random.Next(4) == 0 ? null : Any(issues), random.Next(5) == 0 ? null : Any(runtimes));
        var at = At();
        HashSet<(string, string)> used = [];
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            // Most rows of a task are in different hours, including those with two spellings of one provider.
            var (provider, model) = (Any(Providers), Any(Models));
            if (used.Add((provider, model)))
            {
                at = random.Next(4) == 0 ? at : At();
                await RowAsync(task, provider, model, at);
            }
        }
    }

    private Task<Guid> RowAsync(Guid task, string provider, string model, Instant at) => database.Seed.UsageRow(
        task, provider, model, random.Next(1_000), random.Next(1_000), random.Next(1_000), random.Next(1_000),
        random.Next(3) == 0 ? random.NextInt64(1_000_000) : null, at);

    /// <summary>Within five days of a clock change; often on a quarter of an hour, or a microsecond before.</summary>
    private Instant At()
    {
        var at = Any(Anchors) + Duration.FromMinutes(15 * random.Next(-480, 480));
        return random.Next(4) switch
        {
            0 => at,
            1 => at - Duration.FromTicks(10),
            _ => at + Duration.FromTicks(10 * random.NextInt64(900_000_000)),
        };
    }

    private T Any<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
