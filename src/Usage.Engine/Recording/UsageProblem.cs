namespace Usage.Engine.Recording;

/// <summary>A rule that a usage report breaks.</summary>
/// <param name="Entry">Zero-based index of the entry; null if the problem concerns the report as a whole.</param>
/// <param name="Field">The field's JSON name, for example <c>input_tokens</c>.</param>
/// <param name="Value">The value as text; null if it is missing.</param>
/// <param name="Rule">What is allowed.</param>
public sealed record UsageProblem(int? Entry, string Field, string? Value, string Rule)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Entry is { } index ? $"usage[{index}]." : "")}{Field} is {Value ?? "missing"}: {Rule}";
}
