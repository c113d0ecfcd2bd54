namespace Usage.Tests.Integration.Histories;

/// <summary>The kinds of events in histories. A run in which one of them never commits proves nothing about it.</summary>
internal static class HistoryEvents
{
    public static IReadOnlyList<string> Ordinary { get; } =
    [
        "a usage row is inserted", "a usage row is upserted", "counters are corrected", "a usage row is dated anew",
        "a provider or model is edited", "a usage row moves to another task", "usage rows are deleted", "a sum leaves 64 bits",
        "usage rows are merged", "every task gets usage", "an hour's usage moves to another", "an hour's usage is deleted",
        "usage is truncated", "usage is copied in", "a task moves to another runtime", "a task moves to another issue",
        "a task moves to another agent", "a task moves to another agent and runtime", "many tasks move", "a task is finished",
        "an issue moves to another project", "an agent moves to another workspace", "an agent moves to another runtime",
        "one statement deletes usage and its task", "a task is created under an old id", "an agent is created under an old id",
        "a task is deleted", "an issue is deleted", "a runtime is deleted", "a project is deleted", "an agent is deleted",
        "a workspace is deleted", "workspaces come back", "tasks come back", "a savepoint", "a savepoint's end", "a pause",
    ];

    public static IReadOnlyList<string> InPartitions { get; } =
    [
        "usage is inserted into a partition", "usage is changed in a partition", "usage is deleted in a partition",
        "a partition of usage is truncated", "a task moves in its partition", "a task is deleted in its partition",
        "one statement deletes usage and its task in their partitions",
    ];
}
