namespace Usage.Engine.Pricing;

/// <summary>What a file of prices holds.</summary>
/// <param name="Prices">The prices that can be represented exactly: at most one per provider, model, date and tier.</param>
/// <param name="Source">Their source.</param>
/// <param name="Skipped">The skipped models, each with the part of its price that can't be represented exactly.</param>
/// <param name="Notes">Remarks on imported prices, such as parts that are ignored.</param>
public sealed record PriceListReading(
    IReadOnlyList<ModelPrice> Prices, PriceSource Source, IReadOnlyList<PriceNote> Skipped, IReadOnlyList<PriceNote> Notes);
