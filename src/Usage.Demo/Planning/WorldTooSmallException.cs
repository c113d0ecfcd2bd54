namespace Usage.Demo.Planning;

/// <summary>More tasks than a world's agents can complete in the given hours.</summary>
internal sealed class WorldTooSmallException(int tasks, int agents, int hours) : ArgumentException(
    $"{tasks:N0} tasks are more than {agents:N0} agents can complete in {hours:N0} hours. Request fewer tasks, more days or more workspaces.");
