using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>What a change of prices makes of a model's usage on a day that has begun, over all workspaces.</summary>
/// <param name="Date">The UTC day.</param>
/// <param name="Provider">The provider, in lower case.</param>
/// <param name="Model">The model.</param>
/// <param name="BeforeUsd">The estimate with the old prices, unrounded; null if there was no price.</param>
/// <param name="AfterUsd">The estimate with the new prices; null if there is no price.</param>
public sealed record RepricedDay(LocalDate Date, string Provider, string Model, decimal? BeforeUsd, decimal? AfterUsd);
