namespace Usage.Demo.Planning;

/// <summary>Decides which agents work in which hours. An agent has at most one session per hour.</summary>
internal static class SessionPlanner
{
    /// <summary>Plans the sessions of a period, ordered by hour. Their tasks add up to the period's.</summary>
    /// <exception cref="WorldTooSmallException">The period has more tasks than the world's agents can complete.</exception>
    public static Session[] Plan(World world, HistoryPeriod period)
    {
        var sizes = Sizes(period.Seed.Of(1).Random(), period.Tasks);
        var agents = world.Workspaces
            .SelectMany((workspace, index) => workspace.Agents.Select((agent, number) => (Workspace: index, Agent: number, Plan: agent)))
            .ToList();
        var limits = Limits(world, period);
        RequireRoom(sizes.Count, limits, period);
        var shares = Apportionment.Limit([.. agents.Select(agent => agent.Plan.Weight)], limits, sizes.Count);
        var counts = Apportionment.Split(shares, sizes.Count, period.Seed.Of(2).Random().NextDouble());
        var sessions = new List<Session>(sizes.Count);
        var hours = new ActiveHours(period);
        for (var index = 0; index < agents.Count; index++)
        {
            var (workspace, agent, plan) = agents[index];
            hours.MoveTo(world.Workspaces[workspace]);
            var random = period.Seed.Of(3).Of((ulong)index).Random();
            sessions.AddRange(hours.Draw(random, plan, counts[index]).Select(hour => new Session(hour, workspace, agent, 0)));
        }

        return [.. sessions.OrderBy(session => session.Hour).Zip(sizes, (session, tasks) => session with { Tasks = tasks })];
    }

    /// <summary>Checks that the world has enough agents for the period.</summary>
    /// <exception cref="WorldTooSmallException">The period has more tasks than the world's agents can complete.</exception>
    public static void RequireRoom(World world, HistoryPeriod period) =>
        RequireRoom(Sizes(period.Seed.Of(1).Random(), period.Tasks).Count, Limits(world, period), period);

    private static void RequireRoom(int sessions, List<int> limits, HistoryPeriod period)
    {
        if (limits.Sum(limit => (long)limit) < sessions)
        {
            throw new WorldTooSmallException(period.Tasks, limits.Count, period.Hours);
        }
    }

    private static List<int> Limits(World world, HistoryPeriod period) =>
        [.. world.Workspaces.SelectMany(workspace => workspace.Agents).Select(agent => ActiveHours.Limit(period, agent))];

    private static List<int> Sizes(Random random, int tasks)
    {
        var sizes = new List<int>((tasks / Session.FewestTasks) + 1);
        while (tasks > 0)
        {
            var size = tasks switch
            {
                <= Session.MostTasks => tasks,
                < Session.MostTasks + Session.FewestTasks => tasks / 2,
                _ => random.Next(Session.FewestTasks, Session.MostTasks + 1),
            };
            sizes.Add(size);
            tasks -= size;
        }

        return sizes;
    }
}
