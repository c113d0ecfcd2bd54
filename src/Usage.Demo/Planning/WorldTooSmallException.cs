namespace Usage.Demo.Planning;

/// <summary>More tasks than the agents of a world can work off in the hours that they have.</summary>
internal sealed class WorldTooSmallException(int tasks, int agents, int hours) : ArgumentException(
    $"{tasks:N0} tasks are more than {agents:N0} agents work off in {hours:N0} hours. Ask for fewer tasks, more days or more workspaces.");
