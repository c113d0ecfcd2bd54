namespace Usage.Engine.Exporting.Focus;

/// <summary>A row: what one kind of tokens cost.</summary>
/// <param name="Key">The row's key.</param>
/// <param name="Meter">The kind of tokens.</param>
/// <param name="Tokens">Number of tokens.</param>
/// <param name="CostUsd">Their cost, unrounded.</param>
/// <param name="UnitPriceUsd">Price per million tokens, if one gives the cost exactly.</param>
/// <param name="Source">Source of the cost.</param>
internal readonly record struct FocusCharge(ExportKey Key, string Meter, long Tokens, decimal CostUsd, decimal? UnitPriceUsd, string Source)
{
    /// <summary>The provider gave it.</summary>
    public const string Provider = "provider";

    /// <summary>Estimated by the price book.</summary>
    public const string PriceList = "price list";

    /// <summary>There is neither: the cost is not 0 but unknown.</summary>
    public const string Unpriced = "unpriced";
}
