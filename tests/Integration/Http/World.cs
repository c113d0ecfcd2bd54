using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Http;

/// <summary>A workspace with one entity of each kind, and a member.</summary>
public sealed record Place(Guid Member, Guid Workspace, Guid Runtime, Guid Agent, Guid Project, Guid Issue, Guid Task)
{
    public static async Task<Place> CreateAsync(Seed seed)
    {
        var (member, workspace) = (await seed.User("Asia/Kolkata"), await seed.Workspace());
        await seed.Member(workspace, member);
        var (runtime, project) = (await seed.Runtime(workspace, "openai"), await seed.Project(workspace));
        var (agent, issue) = (await seed.Agent(workspace, runtime), await seed.Issue(workspace, project));
        var task = await seed.AgentTask(agent, issue, runtime);
        await seed.UsageRow(task, "openai", "gpt-5", input: 1_000, output: 200, cacheRead: 30, cacheWrite: 4);
        await seed.UsageRow(task, "anthropic", "no-such-model", input: 7, output: 8);
        await seed.UsageRow(task, "cloudflare", "@cf/a,\"b\"", input: 1, output: 1, cost: 12_345);
        return new(member, workspace, runtime, agent, project, issue, task);
    }

    /// <summary>All read routes for this workspace.</summary>
    public IReadOnlyList<string> Reads =>
    [
        .. Windowed, .. Outcomes, $"api/workspaces/{Workspace}/usage/by-local-hour",
        $"api/runtimes/{Runtime}/activity",
        $"api/issues/{Issue}/usage", $"api/issues/{Issue}/usage/tasks", $"api/issues/{Issue}/usage/unpriced",
        $"api/tasks/{Task}/usage", $"api/tasks/{Task}/usage/unpriced",
    ];

    /// <summary>The routes with a window.</summary>
    public IReadOnlyList<string> Windowed =>
    [
        .. OfWorkspace,
        $"api/runtimes/{Runtime}/usage/daily", $"api/runtimes/{Runtime}/usage/by-agent", $"api/runtimes/{Runtime}/usage/by-hour",
        $"api/runtimes/{Runtime}/usage/unpriced",
    ];

    /// <summary>Those on how tasks ended.</summary>
    public IReadOnlyList<string> Outcomes =>
        [.. new[] { "daily", "by-agent", "by-runtime" }.Select(report => $"api/workspaces/{Workspace}/outcomes/{report}")];

    public IReadOnlyList<string> OfWorkspace =>
    [
        .. new[] { "daily", "weekly", "monthly", "summary", "by-agent", "by-project", "by-runtime", "agents", "projects", "by-hour", "heatmap", "total", "tasks/daily", "unpriced" }
            .Select(report => $"api/workspaces/{Workspace}/usage/{report}"),
    ];

    /// <summary>The same routes with unknown ids.</summary>
    public Place Nowhere => new(Member, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
}

/// <summary>Two workspaces that share nothing.</summary>
public sealed record World(Place Mine, Place Theirs)
{
    public static async Task<World> CreateAsync(Seed seed) => new(await Place.CreateAsync(seed), await Place.CreateAsync(seed));
}
