using Usage.Engine.Recording;

namespace Usage.AspNetCore.Recording;

/// <summary>The response to a batch: one result per task, in the order given.</summary>
internal sealed record BatchAnswer(IReadOnlyList<BatchTaskAnswer> Tasks);

/// <summary>The result for one task.</summary>
/// <param name="TaskId">The task; null if the id is invalid.</param>
/// <param name="Status"><c>stored</c>, <c>refused</c>, <c>unknown_task</c>, or <c>failed</c>, which can be retried.</param>
/// <param name="Problems">The problems, if the entries were rejected.</param>
internal sealed record BatchTaskAnswer(Guid? TaskId, TaskUsageOutcome Status, IReadOnlyList<UsageProblem> Problems);
