namespace Usage.Engine.Pricing;

/// <summary>Formats of price lists.</summary>
public enum PriceListFormat
{
    /// <summary>CSV, as <see cref="PriceList"/> describes it.</summary>
    Usage,

    /// <summary>The JSON of genai-prices, version 2: prices with dates and tiers.</summary>
    GenAIPrices,

    /// <summary>The JSON of LiteLLM, <c>model_prices_and_context_window.json</c>: prices without dates.</summary>
    LiteLlm,

    /// <summary>The JSON of models.dev, <c>api.json</c>: prices without dates.</summary>
    ModelsDev,
}
