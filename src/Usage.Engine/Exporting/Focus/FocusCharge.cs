namespace Usage.Engine.Exporting.Focus;

/// <summary>A row: what one kind of tokens cost.</summary>
/// <param name="Key">What it is about.</param>
/// <param name="Meter">The kind of tokens.</param>
/// <param name="Tokens">How many.</param>
/// <param name="CostUsd">What they cost, not rounded.</param>
/// <param name="UnitPriceUsd">The price of a million, where one is known that gives the cost exactly.</param>
/// <param name="Source">Where the cost is from.</param>
internal readonly record struct FocusCharge(ExportKey Key, string Meter, long Tokens, decimal CostUsd, decimal? UnitPriceUsd, string Source)
{
    /// <summary>The provider gave it.</summary>
    public const string Provider = "provider";

    /// <summary>Estimated by the price book.</summary>
    public const string PriceList = "price list";

    /// <summary>There is neither: the cost is not 0 but unknown.</summary>
    public const string Unpriced = "unpriced";
}
