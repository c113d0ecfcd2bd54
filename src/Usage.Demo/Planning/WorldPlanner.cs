using NodaTime;

namespace Usage.Demo.Planning;

/// <summary>Plans a world. The same seed and scale always give the same world, including ids.</summary>
internal static class WorldPlanner
{
    private const double WorkspaceSkew = 1.15;
    private const double AgentSkew = 0.9;

    public static World Plan(Seed seed, WorldScale scale)
    {
        var shares = Zipf(scale.Workspaces, WorkspaceSkew);
        var staffing = Zipf(scale.Workspaces, WorkspaceSkew * 0.6);
        var agents = Apportionment.Split(staffing, scale.Agents - scale.Workspaces);
        var issues = Apportionment.Split(shares, scale.Issues);
        var operatorUser = new PlannedUser(seed.Of(0).Random().Id(), "Demo Operator", null);
        var users = new List<PlannedUser> { operatorUser };
        var workspaces = new PlannedWorkspace[scale.Workspaces];
        for (var index = 0; index < workspaces.Length; index++)
        {
            var random = seed.Of((ulong)index + 1).Random();
            workspaces[index] = Workspace(random, index, shares[index], agents[index] + 1, issues[index], scale, operatorUser, users);
        }

        return new World(users, workspaces);
    }

    private static PlannedWorkspace Workspace(
        Random random, int index, double share, int agentCount, int issueCount, WorldScale scale, PlannedUser operatorUser,
        List<PlannedUser> users)
    {
        var zone = Names.TimeZones[index % Names.TimeZones.Count];
        var members = new List<PlannedMember> { new(random.Id(), operatorUser.Id, "admin") };
        for (var person = 0; person <= agentCount / 6; person++)
        {
            var user = new PlannedUser(random.Id(), Names.Person(random), random.Chance(0.85) ? zone : null);
            users.Add(user);
            members.Add(new(random.Id(), user.Id, person == 0 ? "owner" : random.Chance(0.2) ? "admin" : "member"));
        }

        var runtimes = Enumerable.Range(0, 2 + (agentCount / 10)).Select(number => Runtime(random, number)).ToList();
        var projects = Enumerable.Range(0, 2 + Math.Min(agentCount / 5, 18))
            .Select(number => new PlannedProject(random.Id(), Names.Project(number))).ToList();
        var groups = Apportionment.Split(Zipf(projects.Count + 1, 0.8), issueCount)
            .Select(count => Enumerable.Range(0, count + 1).Select(_ => random.Id()).ToArray()).ToList();
        var weights = Zipf(agentCount, AgentSkew);
        var agents = weights.Select((weight, number) => new PlannedAgent(
            random.Id(), Names.Agent(number), random.SkewedIndex(runtimes.Count), share * weight,
            number == 0 || random.Chance(0.4) ? 0 : random.NextDouble() * 0.8,
            random.Chance(0.02) ? random.Next(scale.Workspaces) : index)).ToList();
        return new PlannedWorkspace(
            random.Id(), Names.Workspace(index), DateTimeZoneProviders.Tzdb[zone], Habit(random), index % 8 == 2, members, runtimes,
            projects, groups, agents);
    }

    private static PlannedRuntime Runtime(Random random, int number)
    {
        var provider = ModelCatalog.DrawProvider(random);
        return new(random.Id(), Names.Runtime(provider.Name, number), provider);
    }

    private static WorkingHabit Habit(Random random) => random.NextDouble() switch
    {
        < 0.7 => WorkingHabit.Office,
        < 0.85 => WorkingHabit.Evenings,
        _ => WorkingHabit.AroundTheClock,
    };

    /// <summary>Zipf-distributed shares that add up to 1: the nth is proportional to 1 / n^skew.</summary>
    private static double[] Zipf(int count, double skew)
    {
        var weights = Enumerable.Range(1, count).Select(rank => Math.Pow(rank, -skew)).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
