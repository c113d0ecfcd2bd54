namespace Usage.Engine.Reporting.Pricing;

/// <summary>Tokens of the four disjoint classes.</summary>
public readonly record struct TokenCounts(long Input, long Output, long CacheRead, long CacheWrite)
{
    /// <summary>Whether there are none.</summary>
    public bool IsZero => this == default;

    /// <summary>The sum of both, class by class.</summary>
    /// <exception cref="OverflowException">A class has more than 64 bits.</exception>
    public static TokenCounts operator +(TokenCounts left, TokenCounts right) => new(
        left.Input + right.Input, left.Output + right.Output, left.CacheRead + right.CacheRead, left.CacheWrite + right.CacheWrite);

    /// <summary>The sum of both, class by class.</summary>
    public static TokenCounts Add(TokenCounts left, TokenCounts right) => left + right;
}
