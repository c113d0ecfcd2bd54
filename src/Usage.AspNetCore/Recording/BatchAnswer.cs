using Usage.Engine.Recording;

namespace Usage.AspNetCore.Recording;

/// <summary>What became of a batch: one result a task, in the order given.</summary>
internal sealed record BatchAnswer(IReadOnlyList<BatchTaskAnswer> Tasks);

/// <summary>What became of a task's report.</summary>
/// <param name="TaskId">The task; null when the id that was given is none.</param>
/// <param name="Status"><c>stored</c>, <c>refused</c>, <c>unknown_task</c>, or <c>failed</c>: send it again.</param>
/// <param name="Problems">Why it was refused.</param>
internal sealed record BatchTaskAnswer(Guid? TaskId, TaskUsageOutcome Status, IReadOnlyList<UsageProblem> Problems);
