namespace Usage.Demo.Planning;

/// <summary>The size of a world.</summary>
internal sealed record WorldScale
{
    public const int MostWorkspaces = 1_000;

    private const int AgentsPerWorkspace = 12;
    private const int TasksPerIssue = 8;

    public WorldScale(int workspaces, int agents, int issues)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workspaces, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workspaces, MostWorkspaces);
        ArgumentOutOfRangeException.ThrowIfLessThan(agents, workspaces);
        ArgumentOutOfRangeException.ThrowIfLessThan(issues, 0);
        Workspaces = workspaces;
        Agents = agents;
        Issues = issues;
    }

    public int Workspaces { get; }

    /// <summary>At least one per workspace.</summary>
    public int Agents { get; }

    public int Issues { get; }

    /// <summary>A scale that suits the number of tasks: 50 workspaces with 600 agents from 200,000 tasks on.</summary>
    public static WorldScale For(int tasks, int? workspaces = null)
    {
        var count = workspaces ?? Math.Clamp((int)Math.Round(Math.Sqrt(tasks) / 9), 3, 50);
        return new WorldScale(count, count * AgentsPerWorkspace, tasks / TasksPerIssue);
    }
}
