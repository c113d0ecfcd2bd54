namespace Usage.Engine.Pricing;

/// <summary>Sums of the four disjoint token classes.</summary>
internal readonly record struct TokenSum(decimal Input, decimal Output, decimal CacheRead, decimal CacheWrite)
{
    public bool IsZero => this == default;

    public static TokenSum operator +(TokenSum left, TokenSum right) => new(
        left.Input + right.Input, left.Output + right.Output, left.CacheRead + right.CacheRead, left.CacheWrite + right.CacheWrite);
}
