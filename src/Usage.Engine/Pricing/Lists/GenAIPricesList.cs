using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace Usage.Engine.Pricing.Lists;

/// <summary>
/// The list of genai-prices, version 2: providers with models, whose prices may have start dates and tiers. A model is identified by its
/// id and by the names that its rule equals. Names that a rule matches by prefix or in part are ignored.
/// </summary>
internal static class GenAIPricesList
{
    public static void Read(JsonElement root, ListedPrices list)
    {
        foreach (var provider in root.EnumerateArray())
        {
            var name = provider.GetProperty("id").GetString()!;
            JsonElement[] models = [.. provider.GetProperty("models").EnumerateArray()];
            var ids = models.Select(model => model.GetProperty("id").GetString()!).ToHashSet();
            foreach (var model in models)
            {
                var id = model.GetProperty("id").GetString()!;
                var others = model.TryGetProperty("match", out var match) ? Equal(match).Where(other => !ids.Contains(other)) : [];
                Add(list, name, [id, .. others.Distinct()], model.GetProperty("prices"));
            }
        }
    }

    private static void Add(ListedPrices list, string provider, string[] names, JsonElement prices)
    {
        if (Periods(prices, out var problem) is not { } periods)
        {
            list.Skip(provider, names[0], problem!);
            return;
        }

        List<(LocalDate? ValidFrom, ListedFigures Figures)> read = [];
        foreach (var (validFrom, figures) in periods)
        {
            if (GenAIPrice.Read(figures, list.TextOnly, out problem) is not { } listed)
            {
                list.Skip(provider, names[0], problem!);
                return;
            }

            read.Add((validFrom, listed));
        }

        foreach (var name in names)
        {
            foreach (var (validFrom, figures) in read)
            {
                list.TryAdd(provider, name, validFrom, figures);
            }
        }
    }

    /// <summary>
    /// The start date of each price. The last price whose condition is met applies, otherwise the first one in the
    /// list. Null if a condition is not a date.
    /// </summary>
    private static List<(LocalDate? ValidFrom, JsonElement Figures)>? Periods(JsonElement prices, out string? problem)
    {
        problem = null;
        if (prices.ValueKind == JsonValueKind.Object)
        {
            return [(null, prices)];
        }

        List<(LocalDate? ValidFrom, JsonElement Figures)> periods = [];
        JsonElement[] listed = [.. prices.EnumerateArray()];
        foreach (var price in listed.Reverse())
        {
            LocalDate? start = null;
            if (price.TryGetProperty("constraint", out var constraint) && constraint.ValueKind != JsonValueKind.Null)
            {
                if (constraint.EnumerateObject().FirstOrDefault(property => property.Name is not ("start_date" or "type")) is { Value.ValueKind: not JsonValueKind.Undefined } other)
                {
                    problem = $"its price depends on {other.Name}";
                    return null;
                }

                start = LocalDatePattern.Iso.Parse(constraint.GetProperty("start_date").GetString()!).Value;
            }

            // A price applies only before the dates of all later ones in the list.
            if (periods.Count == 0 || (periods[^1].ValidFrom is { } next && (start is null || start < next)))
            {
                periods.Add((start, price.GetProperty("prices")));
            }
        }

        if (periods is [.., { ValidFrom: not null }])
        {
            periods.Add((null, listed[0].GetProperty("prices")));
        }

        return periods;
    }

    private static IEnumerable<string> Equal(JsonElement match) => match.EnumerateObject().SelectMany(rule => rule.Name switch
    {
        "equals" => [rule.Value.GetString()!],
        "or" => rule.Value.EnumerateArray().SelectMany(Equal),
        _ => (IEnumerable<string>)[],
    });
}
