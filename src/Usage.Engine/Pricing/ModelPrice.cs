using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>
/// The price of a model from a date on, in USD per million tokens of each class. A model with tiers by context length has a price per
/// tier; the lowest tier starts at 0 tokens. Two prices are equal if all their figures are equal.
/// </summary>
public sealed record ModelPrice
{
    /// <summary>The highest allowed price, in USD per million tokens.</summary>
    public const decimal Highest = 100_000;

    /// <summary>The most tokens that a tier can begin above.</summary>
    public const long HighestTier = 1_000_000_000_000;

    /// <summary>Decimal places that a price may have.</summary>
    public const int Decimals = 10;

    /// <summary>USD per million tokens to ticks per token: 1e10 / 1e6.</summary>
    private const decimal TicksPerMillionth = 10_000;

    /// <param name="provider">The provider, which is lower-cased; empty for any provider.</param>
    /// <param name="model">The model id.</param>
    /// <param name="validFrom">First UTC date on which the price applies; null if it has always applied.</param>
    /// <param name="input">Price of input tokens. All prices are 0 to 100,000 with at most 10 decimals.</param>
    /// <param name="output">Price of output tokens.</param>
    /// <param name="cacheRead">Price of tokens read from a cache.</param>
    /// <param name="cacheWrite">Price of tokens written to a cache.</param>
    /// <param name="cacheWrite1h">Price of tokens cached for an hour; null if it equals <paramref name="cacheWrite"/>.</param>
    /// <param name="aboveTokens">The price applies to calls with more input tokens than this, including cached ones.</param>
    /// <exception cref="ArgumentException">The model is empty, or a figure is out of range.</exception>
    public ModelPrice(
        string provider, string model, LocalDate? validFrom, decimal input, decimal output, decimal cacheRead, decimal cacheWrite,
        decimal? cacheWrite1h = null, long aboveTokens = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        Provider = Rollup.ProviderName.Normalize(provider);
        Model = model;
        ValidFrom = validFrom;
        Input = Checked(input, nameof(input));
        Output = Checked(output, nameof(output));
        CacheRead = Checked(cacheRead, nameof(cacheRead));
        CacheWrite = Checked(cacheWrite, nameof(cacheWrite));
        CacheWrite1h = cacheWrite1h is { } price ? Checked(price, nameof(cacheWrite1h)) : null;
        ArgumentOutOfRangeException.ThrowIfNegative(aboveTokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(aboveTokens, HighestTier);
        AboveTokens = aboveTokens;
    }

    /// <summary>The provider in lower case; empty for any provider.</summary>
    public string Provider { get; }

    /// <summary>The model id.</summary>
    public string Model { get; }

    /// <summary>First UTC date on which the price applies; null if it has always applied.</summary>
    public LocalDate? ValidFrom { get; }

    /// <summary>USD per million input tokens.</summary>
    public decimal Input { get; }

    /// <summary>USD per million output tokens.</summary>
    public decimal Output { get; }

    /// <summary>USD per million tokens read from a cache.</summary>
    public decimal CacheRead { get; }

    /// <summary>USD per million tokens written to a cache.</summary>
    public decimal CacheWrite { get; }

    /// <summary>USD per million tokens cached for an hour; null if it equals <see cref="CacheWrite"/>.</summary>
    public decimal? CacheWrite1h { get; }

    /// <summary>Input tokens of a call, cached ones included, above which the price holds; 0 for every call.</summary>
    public long AboveTokens { get; }

    /// <summary>What the price is of; two prices of one key are one too many.</summary>
    internal (string Provider, string Model, LocalDate? ValidFrom, long AboveTokens) Key => (Provider, Model, ValidFrom, AboveTokens);

    /// <summary>The tiers of a model's price from a date on share it.</summary>
    internal (string Provider, string Model, LocalDate? ValidFrom) SetKey => (Provider, Model, ValidFrom);

    /// <summary>Whether a figure is one that a price can have.</summary>
    public static bool Allows(decimal price) => price is >= 0 and <= Highest && decimal.Round(price, Decimals) == price;

    /// <summary>
    /// The cost of tokens in ticks (1e-10 USD), unrounded. A decimal holds 28 digits, so the result is exact below 7.9e12 USD for
    /// a price with ten decimals, and beyond that with fewer.
    /// </summary>
    internal decimal Ticks(TokenSum tokens) =>
        ((tokens.Input * Input) + (tokens.Output * Output) + (tokens.CacheRead * CacheRead) + (tokens.CacheWrite * CacheWrite))
        * TicksPerMillionth;

    /// <summary>What a call costs in ticks, not rounded.</summary>
    internal decimal Ticks(in CallTokens tokens) =>
        Ticks(new TokenSum(tokens.Input, tokens.Output, tokens.CacheRead, tokens.CacheWrite))
        + (tokens.CacheWrite1h * ((CacheWrite1h ?? CacheWrite) - CacheWrite) * TicksPerMillionth);

    private static decimal Checked(decimal price, string name) => Allows(price)
        ? price
        : throw new ArgumentOutOfRangeException(name, price, "A price must be 0 to 100,000 USD per million tokens, with at most 10 decimals.");
}
