namespace Usage.Demo.Planning;

/// <summary>A model that agents use, with its list price in USD per million tokens, if one is published.</summary>
internal sealed record CatalogModel(string Provider, string Name, ListPrice? Price);

internal sealed record ListPrice(decimal Input, decimal Output, decimal CacheRead, decimal CacheWrite)
{
    private const decimal TicksPerMillionthOfUsd = 10_000m;

    /// <summary>The cost of tokens in 1e-10 USD, unrounded.</summary>
    public decimal Ticks(TokenCounts tokens) => TicksPerMillionthOfUsd *
        ((tokens.Input * Input) + (tokens.Output * Output) + (tokens.CacheRead * CacheRead) + (tokens.CacheWrite * CacheWrite));
}
