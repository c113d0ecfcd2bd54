namespace Usage.Engine.Pricing;

/// <summary>What is wrong with a line of a price list.</summary>
/// <param name="File">The file's name as it was given.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column's name; null for the line as a whole.</param>
/// <param name="Value">What stands there; null when it is missing.</param>
/// <param name="Rule">What is allowed.</param>
public sealed record PriceListProblem(string File, int Line, string? Column, string? Value, string Rule)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{File}, line {Line}{(Column is null ? "" : $", {Column}")}: {(Value is null ? "" : $"'{Value}': ")}{Rule}";
}

/// <summary>A price list is refused; nothing of it is stored.</summary>
public sealed class PriceListException(IReadOnlyList<PriceListProblem> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>One problem a bad line, in their order.</summary>
    public IReadOnlyList<PriceListProblem> Problems { get; } = problems;
}
