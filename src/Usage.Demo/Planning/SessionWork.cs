using NodaTime;

namespace Usage.Demo.Planning;

/// <summary>Generates the tasks of a session.</summary>
internal sealed class SessionWork(World world, HistoryPeriod period)
{
    private const double WithoutRuntime = 0.004;
    private const double OnAnotherRuntime = 0.02;
    private const double WithoutIssue = 0.1;
    private const double OffTopic = 0.03;
    private static readonly Duration LastMoments = Duration.FromSeconds(10);

    private readonly UsageRows rows = new(period);

    public IEnumerable<PlannedTask> Tasks(Session session)
    {
        var seed = period.Seed.Of(4).Of((ulong)session.Hour).Of(((ulong)session.Workspace << 32) | (uint)session.Agent);
        var random = seed.Random();
        var workspace = world.Workspaces[session.Workspace];
        var agent = workspace.Agents[session.Agent];
        var runtime = random.Chance(OnAnotherRuntime) ? random.Pick(workspace.Runtimes) : workspace.Runtimes[agent.Runtime];
        var kit = ModelKit.Draw(random, seedOfAgent: SeedOf(agent), runtime.Provider, session.Tasks);
        var groups = world.Workspaces[agent.IssuesOf].Issues;
        var issues = random.Chance(WithoutIssue) ? null : groups[random.SkewedIndex(groups.Count)];
        var moments = Enumerable.Range(0, session.Tasks).Select(_ => random.NextDouble()).Order().ToArray();
        var counts = kit.RowsPerTask(random, session.Tasks);
        for (var index = 0; index < session.Tasks; index++)
        {
            var produced = period.HourAt(session.Hour) + ((Duration.FromHours(1) - LastMoments) * moments[index]);
            var topic = random.Chance(OffTopic) ? random.Pick(groups) : issues;
            var startedAt = produced - Duration.FromSeconds(random.LogNormal(200, 0.9));
            yield return new PlannedTask(
                random.Id(produced), agent.Id, topic is null ? null : random.Pick(topic), random.Chance(WithoutRuntime) ? null : runtime.Id,
                Status(random), startedAt - Duration.FromSeconds(2 + (20 * random.Exponential())), startedAt,
                produced + Duration.FromSeconds(4 * random.NextDouble()), rows.Make(random, workspace, kit, counts[index], produced));
        }
    }

    private static Seed SeedOf(PlannedAgent agent) => new Seed(0).Of(BitConverter.ToUInt64(agent.Id.ToByteArray()));

    private static string Status(Random random) => random.NextDouble() switch
    {
        < 0.93 => "completed",
        < 0.98 => "failed",
        _ => "cancelled",
    };
}
