using System.Text.Json;

namespace Usage.Engine.Pricing.Lists;

/// <summary>One price of genai-prices: a figure a kind of tokens, or a base and tiers, in USD per million tokens.</summary>
internal static class GenAIPrice
{
    /// <summary>The figures; null, and why, when the price has something that tokens of the four classes can't tell.</summary>
    public static ListedFigures? Read(JsonElement price, bool textOnly, out string? problem)
    {
        ListedFigures figures = new();
        foreach (var figure in price.EnumerateObject().Where(figure => figure.Value.ValueKind != JsonValueKind.Null))
        {
            if (KindOf(figure.Name) is not { } kind)
            {
                if (IsOfText(figure, price) || (textOnly && Modality.IsNamedIn(figure.Name)))
                {
                    continue;
                }

                problem = $"it has a price that usage does not tell: {figure.Name}";
                return null;
            }

            if (!TrySet(figures, kind, figure.Value))
            {
                problem = $"it has two prices of {figure.Name}";
                return null;
            }
        }

        problem = null;
        return figures;
    }

    private static bool TrySet(ListedFigures figures, PricedTokens kind, JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? figures.TrySet(kind, 0, value.GetDecimal())
        : figures.TrySet(kind, 0, value.GetProperty("base").GetDecimal())
            && value.GetProperty("tiers").EnumerateArray().All(tier =>
                figures.TrySet(kind, tier.GetProperty("start").GetInt64(), tier.GetProperty("price").GetDecimal()));

    /// <summary>Whether a figure of another kind is the same as that of the text it is counted with.</summary>
    private static bool IsOfText(JsonProperty figure, JsonElement price)
    {
        var text = figure.Name.StartsWith("input_", StringComparison.Ordinal) ? "input_mtok"
            : figure.Name.StartsWith("output_", StringComparison.Ordinal) ? "output_mtok"
            : figure.Name.Contains("_read", StringComparison.Ordinal) ? "cache_read_mtok"
            : figure.Name.Contains("_1h", StringComparison.Ordinal) ? "cache_write_1h_mtok"
            : "cache_write_mtok";
        return figure.Name.EndsWith("_mtok", StringComparison.Ordinal)
            && price.TryGetProperty(text, out var same) && JsonElement.DeepEquals(same, figure.Value);
    }

    private static PricedTokens? KindOf(string name) => name switch
    {
        "input_mtok" => PricedTokens.Input,
        "output_mtok" => PricedTokens.Output,
        "cache_read_mtok" => PricedTokens.CacheRead,
        "cache_write_mtok" or "cache_write_5m_mtok" => PricedTokens.CacheWrite,
        "cache_write_1h_mtok" => PricedTokens.CacheWrite1h,
        _ => null,
    };
}
