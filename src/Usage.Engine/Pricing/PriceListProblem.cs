namespace Usage.Engine.Pricing;

/// <summary>A problem in a line of a price list.</summary>
/// <param name="File">The file name as given.</param>
/// <param name="Line">One-based line number.</param>
/// <param name="Column">The column; null if the problem concerns the whole line.</param>
/// <param name="Value">The value; null if it is missing.</param>
/// <param name="Rule">What is allowed.</param>
public sealed record PriceListProblem(string File, int Line, string? Column, string? Value, string Rule)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{File}, line {Line}{(Column is null ? "" : $", {Column}")}: {(Value is null ? "" : $"'{Value}': ")}{Rule}";
}
