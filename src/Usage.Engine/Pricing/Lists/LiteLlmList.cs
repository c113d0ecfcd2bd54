using System.Text.Json;

namespace Usage.Engine.Pricing.Lists;

/// <summary>The list of LiteLLM: one object, with a member a model, in USD per token. It has no dates.</summary>
internal static class LiteLlmList
{
    private static readonly string[] TokenModes = ["chat", "completion", "responses", "embedding"];

    public static void Read(JsonElement root, ListedPrices list)
    {
        foreach (var model in root.EnumerateObject().Where(model => model.Name != "sample_spec"))
        {
            var provider = model.Value.TryGetProperty("litellm_provider", out var named) ? named.GetString()! : "";
            var name = provider != "" && model.Name.StartsWith(provider + "/", StringComparison.Ordinal) ? model.Name[(provider.Length + 1)..] : model.Name;
            var mode = model.Value.TryGetProperty("mode", out var said) ? said.GetString() : "chat";
            if (!TokenModes.Contains(mode))
            {
                list.Skip(provider, name, $"its calls are not counted in tokens: mode {mode}");
            }
            else if (Figures(list, provider, name, model.Value, out var problem) is { } figures)
            {
                list.TryAdd(provider, name, list.EffectiveFrom, figures);
            }
            else
            {
                list.Skip(provider, name, problem!);
            }
        }
    }

    private static ListedFigures? Figures(ListedPrices list, string provider, string name, JsonElement model, out string? problem)
    {
        ListedFigures figures = new();
        problem = null;
        foreach (var cost in model.EnumerateObject())
        {
            if (cost is { Name: "tiered_pricing", Value.ValueKind: JsonValueKind.Array })
            {
                problem ??= Ranges(figures, cost.Value);
            }
            else if (LiteLlmCost.Of(cost.Name) is { } known && cost.Value.ValueKind == JsonValueKind.Number)
            {
                problem ??= figures.TrySet(known.Kind, known.AboveTokens, LiteLlmCost.PerMillion(cost.Value)) ? null : $"it has two prices of {cost.Name}";
            }
        }

        foreach (var cost in model.EnumerateObject().Where(cost => LiteLlmCost.IsAnother(cost)))
        {
            if (LiteLlmCost.IsOfServiceTier(cost.Name))
            {
                list.Note(provider, name, "has other prices for priority, flexible or batched calls: all are priced as standard ones");
            }
            else if (LiteLlmCost.IsOfTool(cost.Name))
            {
                list.Note(provider, name, "has prices of tools, such as searches: they are not part of the price of tokens");
            }
            else if (!LiteLlmCost.IsOfText(cost, model) && !(list.TextOnly && Modality.IsNamedIn(cost.Name)))
            {
                problem ??= $"it has a price that usage does not tell: {cost.Name}";
            }
        }

        return problem is null ? figures : null;
    }

    /// <summary>Prices by ranges of the input: from a number of tokens, included, to another.</summary>
    private static string? Ranges(ListedFigures figures, JsonElement ranges)
    {
        foreach (var range in ranges.EnumerateArray())
        {
            if (!range.TryGetProperty("range", out var bounds))
            {
                return "its tiers are not by ranges of input tokens";
            }

            var above = (long)bounds[0].GetDecimal();
            foreach (var cost in range.EnumerateObject().Where(cost => cost.Name != "range" && cost.Value.ValueKind == JsonValueKind.Number))
            {
                if (LiteLlmCost.Of(cost.Name) is not { AboveTokens: 0 } known)
                {
                    if (!LiteLlmCost.IsOfText(cost, range))
                    {
                        return $"it has a price that usage does not tell: {cost.Name}";
                    }
                }
                else if (!figures.TrySet(known.Kind, above, LiteLlmCost.PerMillion(cost.Value)))
                {
                    return $"it has two prices of {cost.Name}";
                }
            }
        }

        return null;
    }
}
