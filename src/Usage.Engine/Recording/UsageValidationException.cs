namespace Usage.Engine.Recording;

/// <summary>A usage report is invalid. Nothing of it is stored.</summary>
public sealed class UsageValidationException(IReadOnlyList<UsageProblem> problems)
    : ArgumentException(string.Join("; ", problems))
{
    /// <summary>Every problem, in the order of the entries.</summary>
    public IReadOnlyList<UsageProblem> Problems { get; } = problems;
}
