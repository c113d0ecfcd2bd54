using System.Text.Json;

namespace Usage.Engine.Pricing.Lists;

/// <summary>The list of models.dev: providers with models, in USD per million tokens. It has no dates.</summary>
internal static class ModelsDevList
{
    /// <summary>What the older name of a tier stands for.</summary>
    private const long Over200K = 200_000;

    public static void Read(JsonElement root, ListedPrices list)
    {
        foreach (var provider in root.EnumerateObject())
        {
            foreach (var model in provider.Value.GetProperty("models").EnumerateObject())
            {
                ListedFigures figures = new();
                var problem = model.Value.TryGetProperty("cost", out var cost)
                    ? Add(figures, 0, cost, list.TextOnly) ?? AddTiers(figures, cost, list.TextOnly)
                    : "the list has no price of it";
                if (problem is null)
                {
                    list.TryAdd(provider.Name, model.Name, list.EffectiveFrom, figures);
                }
                else
                {
                    list.Skip(provider.Name, model.Name, problem);
                }
            }
        }
    }

    /// <summary>Tiers by the length of the context; where they are given, the older name only repeats one of them.</summary>
    private static string? AddTiers(ListedFigures figures, JsonElement cost, bool textOnly)
    {
        if (!cost.TryGetProperty("tiers", out var tiers))
        {
            return cost.TryGetProperty("context_over_200k", out var over) ? Add(figures, Over200K, over, textOnly) : null;
        }

        foreach (var tier in tiers.EnumerateArray())
        {
            var by = tier.GetProperty("tier");
            if (by.GetProperty("type").GetString() is not "context" and var type)
            {
                return $"its tiers are by {type}";
            }

            if (Add(figures, by.GetProperty("size").GetInt64(), tier, textOnly) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? Add(ListedFigures figures, long above, JsonElement cost, bool textOnly)
    {
        foreach (var figure in cost.EnumerateObject())
        {
            PricedTokens? kind = figure.Name switch
            {
                "input" => PricedTokens.Input,
                "output" => PricedTokens.Output,
                "cache_read" => PricedTokens.CacheRead,
                "cache_write" => PricedTokens.CacheWrite,
                _ => null,
            };
            if (kind is { } known ? !figures.TrySet(known, above, figure.Value.GetDecimal()) : !IsTold(figure, cost, textOnly))
            {
                return kind is null ? $"it has a price that usage does not tell: {figure.Name}" : $"it has two prices of {figure.Name}";
            }
        }

        return null;
    }

    /// <summary>Whether the figures of the four classes tell a figure of another name.</summary>
    private static bool IsTold(JsonProperty figure, JsonElement cost, bool textOnly) => figure.Name switch
    {
        "tier" or "tiers" or "context_over_200k" => true,
        "reasoning" or "output_audio" => IsSame(figure, cost, "output") || (textOnly && figure.Name != "reasoning"),
        "input_audio" => IsSame(figure, cost, "input") || textOnly,
        _ => false,
    };

    private static bool IsSame(JsonProperty figure, JsonElement cost, string text) =>
        cost.TryGetProperty(text, out var same) && same.GetDecimal() == figure.Value.GetDecimal();
}
