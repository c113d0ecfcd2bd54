namespace Usage.Engine.Pricing;

/// <summary>The names of the formats, on the command line and in the database.</summary>
internal static class PriceFormats
{
    public static string NameOf(PriceListFormat format) => format switch
    {
        PriceListFormat.GenAIPrices => "genai-prices",
        PriceListFormat.LiteLlm => "litellm",
        PriceListFormat.ModelsDev => "models-dev",
        _ => "usage",
    };
}
