namespace Usage.Engine.Recording;

/// <summary>The outcome for one task of a batch.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Outcome">Whether the entries were stored, and if not, why.</param>
/// <param name="Problems">Every problem, if the entries were rejected; otherwise empty.</param>
public sealed record TaskUsageResult(Guid TaskId, TaskUsageOutcome Outcome, IReadOnlyList<UsageProblem> Problems);
