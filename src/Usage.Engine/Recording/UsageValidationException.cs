namespace Usage.Engine.Recording;

/// <summary>A rule that a report breaks.</summary>
/// <param name="Entry">Index of the entry from 0; null for the report as a whole.</param>
/// <param name="Field">Name of the field as in JSON, for example <c>input_tokens</c>.</param>
/// <param name="Value">The value as text; null where there is none.</param>
/// <param name="Rule">What is allowed.</param>
public sealed record UsageProblem(int? Entry, string Field, string? Value, string Rule)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Entry is { } index ? $"usage[{index}]." : "")}{Field} is {Value ?? "missing"}: {Rule}";
}

/// <summary>A report is refused; nothing of it is stored.</summary>
public sealed class UsageValidationException(IReadOnlyList<UsageProblem> problems)
    : ArgumentException(string.Join("; ", problems))
{
    /// <summary>Every problem, in the order of the entries.</summary>
    public IReadOnlyList<UsageProblem> Problems { get; } = problems;
}

/// <summary>There is no task with this id.</summary>
public sealed class UnknownTaskException(Guid taskId) : Exception($"There is no task {taskId}.")
{
    /// <summary>The id that was given.</summary>
    public Guid TaskId { get; } = taskId;
}
