namespace Usage.Engine.Pricing;

/// <summary>A price list is invalid. Nothing of it is stored.</summary>
public sealed class PriceListException(IReadOnlyList<PriceListProblem> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>One problem per invalid line, in order.</summary>
    public IReadOnlyList<PriceListProblem> Problems { get; } = problems;
}
