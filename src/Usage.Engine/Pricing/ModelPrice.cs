using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>A model's prices, in USD per million tokens of each class. Value equality.</summary>
public sealed record ModelPrice
{
    /// <summary>The highest allowed price, in USD per million tokens.</summary>
    public const decimal Highest = 100_000;

    /// <summary>Maximum number of decimal places of a price.</summary>
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
    /// <exception cref="ArgumentException">The model is empty, or a price is out of range.</exception>
    public ModelPrice(
        string provider, string model, LocalDate? validFrom, decimal input, decimal output, decimal cacheRead, decimal cacheWrite)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        Provider = Rollup.ProviderName.Normalize(provider);
        Model = model;
        ValidFrom = validFrom;
        Input = Checked(input, nameof(input));
        Output = Checked(output, nameof(output));
        CacheRead = Checked(cacheRead, nameof(cacheRead));
        CacheWrite = Checked(cacheWrite, nameof(cacheWrite));
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

    /// <summary>Whether a value is a valid price.</summary>
    public static bool Allows(decimal price) => price is >= 0 and <= Highest && decimal.Round(price, Decimals) == price;

    /// <summary>
    /// The cost of tokens in ticks (1e-10 USD), unrounded. A decimal holds 28 digits, so the result is exact below 7.9e12 USD for
    /// a price with ten decimals, and beyond that with fewer.
    /// </summary>
    internal decimal Ticks(TokenSum tokens) =>
        ((tokens.Input * Input) + (tokens.Output * Output) + (tokens.CacheRead * CacheRead) + (tokens.CacheWrite * CacheWrite))
        * TicksPerMillionth;

    private static decimal Checked(decimal price, string name) => Allows(price)
        ? price
        : throw new ArgumentOutOfRangeException(name, price, "A price must be 0 to 100,000 USD per million tokens, with at most 10 decimals.");
}
