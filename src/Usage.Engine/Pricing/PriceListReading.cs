namespace Usage.Engine.Pricing;

/// <summary>What a file of prices holds.</summary>
/// <param name="Prices">The prices that can be told exactly: at most one for a provider, model, date and tier.</param>
/// <param name="Source">Where they come from.</param>
/// <param name="Skipped">The models that are left out, each with what in their price can't be told exactly.</param>
/// <param name="Notes">What is to be known about prices that are taken, such as what they leave out.</param>
public sealed record PriceListReading(
    IReadOnlyList<ModelPrice> Prices, PriceSource Source, IReadOnlyList<PriceNote> Skipped, IReadOnlyList<PriceNote> Notes);
