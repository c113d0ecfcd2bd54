namespace Usage.Demo.Planning;

/// <summary>An hour in which an agent works.</summary>
/// <param name="Hour">Index of the hour in the period.</param>
/// <param name="Workspace">Index of the agent's workspace.</param>
/// <param name="Agent">Index of the agent in its workspace.</param>
/// <param name="Tasks">Number of tasks that it completes.</param>
internal readonly record struct Session(int Hour, int Workspace, int Agent, int Tasks)
{
    public const int FewestTasks = 3;
    public const int MostTasks = 9;
    public const int FewestRows = 5;
    public const int MostRows = 20;
}
