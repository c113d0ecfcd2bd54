using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Charts;

namespace Usage.Dashboard.Reading;

/// <summary>Usage at a place in time, of a model.</summary>
internal readonly record struct SlotUsage(LocalDate Date, int? Hour, string Provider, string Model, Measures Sum);

/// <summary>Puts usage into the columns of a trend. Pure.</summary>
internal static class TrendBuilder
{
    public const string Other = "Other";

    private static readonly (string Name, Func<Measures, decimal> Value)[] Classes =
    [
        ("Input", sum => sum.Input), ("Output", sum => sum.Output), ("Cache read", sum => sum.CacheRead), ("Cache write", sum => sum.CacheWrite),
    ];

    /// <summary>By model, by provider, or by token class.</summary>
    public static IReadOnlyList<TrendSeries> Series(
        IReadOnlyList<TrendColumn> columns, Grain grain, IReadOnlyList<SlotUsage> usage, Measure measure, Grouping grouping)
    {
        var places = Places(columns);
        if (grouping == Grouping.Class)
        {
            return
            [
                .. Classes.Select((one, index) => new TrendSeries(
                    one.Name, index + 1, Fill(columns, places, grain, usage.Select(slot => (slot, one.Value(slot.Sum))))))
                    .Where(series => series.Sum > 0)
            ];
        }

        // One name for the same model by two providers would be two series of one name.
        var ambiguous = usage.Select(slot => (slot.Provider, slot.Model)).Distinct().GroupBy(one => one.Model)
            .Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        return ByKey(
            columns, grain, usage, measure,
            grouping == Grouping.Provider ? slot => ProviderName(slot.Provider)
            : slot => ambiguous.Contains(slot.Model) ? $"{slot.Model} ({ProviderName(slot.Provider)})" : slot.Model);
    }

    /// <summary>By name: the largest, and all others together.</summary>
    private static List<TrendSeries> ByKey(
        IReadOnlyList<TrendColumn> columns, Grain grain, IReadOnlyList<SlotUsage> usage, Measure measure, Func<SlotUsage, string> name)
    {
        var places = Places(columns);
        var groups = usage.GroupBy(name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        var largest = Largest.Of(groups.Select(group => KeyValuePair.Create(group.Key, group.Value.Sum(slot => Value(slot.Sum, measure)))));
        List<TrendSeries> series =
        [
            .. largest.Select((key, index) => new TrendSeries(
                key, index + 1, Fill(columns, places, grain, groups[key].Select(slot => (slot, Value(slot.Sum, measure))))))
        ];
        var rest = usage.Where(slot => !largest.Contains(name(slot))).ToArray();
        return rest.Any(slot => Value(slot.Sum, measure) > 0)
            ? [.. series, new(Other, 0, Fill(columns, places, grain, rest.Select(slot => (slot, Value(slot.Sum, measure)))))]
            : series;
    }

    /// <summary>Named parts, and what of the whole is in none of them.</summary>
    public static IReadOnlyList<TrendSeries> Parts(
        IReadOnlyList<TrendColumn> columns, Grain grain, IReadOnlyList<SlotUsage> whole,
        IReadOnlyList<(string Name, IReadOnlyList<SlotUsage> Usage)> parts, Measure measure)
    {
        var places = Places(columns);
        decimal[] Values(IReadOnlyList<SlotUsage> usage) =>
            Fill(columns, places, grain, usage.Select(slot => (slot, Value(slot.Sum, measure))));

        TrendSeries[] series = [.. parts.Select((part, index) => new TrendSeries(part.Name, index + 1, Values(part.Usage)))];
        var rest = Values(whole);
        foreach (var one in series)
        {
            for (var column = 0; column < rest.Length; column++)
            {
                rest[column] -= one.Values[column];
            }
        }

        return rest.Any(value => value != 0) ? [.. series, new(Other, 0, rest)] : series;
    }

    /// <summary>What there was in each column so many days before.</summary>
    public static IReadOnlyList<decimal?> Before(
        IReadOnlyList<TrendColumn> columns, Grain grain, IReadOnlyList<SlotUsage> usage, int days, Measure measure) =>
    [
        .. Fill(
            columns, Places(columns), grain,
            usage.Select(slot => (slot with { Date = slot.Date.PlusDays(days) }, Value(slot.Sum, measure))))
            .Select(value => (decimal?)value)
    ];

    public static decimal Value(Measures sum, Measure measure) => measure == Measure.Cost ? sum.Cost : sum.Tokens;

    public static string ProviderName(string provider) => provider.Length == 0 ? "No provider" : provider;

    private static Dictionary<(LocalDate, int?), int> Places(IReadOnlyList<TrendColumn> columns)
    {
        Dictionary<(LocalDate, int?), int> places = [];
        for (var index = 0; index < columns.Count; index++)
        {
            for (var date = columns[index].Start; date <= columns[index].End; date = date.PlusDays(1))
            {
                places.Add((date, columns[index].Hour), index);
            }
        }

        return places;
    }

    private static decimal[] Fill(
        IReadOnlyList<TrendColumn> columns, Dictionary<(LocalDate, int?), int> places, Grain grain, IEnumerable<(SlotUsage Slot, decimal Value)> usage)
    {
        var values = new decimal[columns.Count];
        foreach (var (slot, value) in usage)
        {
            values[places[(slot.Date, grain == Grain.Hour ? slot.Hour : null)]] += value;
        }

        return values;
    }
}
