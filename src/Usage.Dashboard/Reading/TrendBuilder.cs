using Usage.Dashboard.Addresses;
using Usage.Dashboard.Charts;

namespace Usage.Dashboard.Reading;

/// <summary>Puts usage into the columns of a trend. Pure.</summary>
internal sealed class TrendBuilder(IReadOnlyList<TrendColumn> columns, Grain grain, Measure measure)
{
    public const string Other = "Other";

    /// <summary>What is left of a cost when each row of a report is rounded, to 1e-10 USD, is no usage.</summary>
    private const decimal Dust = 0.0000001m;

    private static readonly (string Name, Func<Measures, decimal> Value)[] Classes =
    [
        ("Input", sum => sum.Input), ("Output", sum => sum.Output), ("Cache read", sum => sum.CacheRead), ("Cache write", sum => sum.CacheWrite),
    ];

    private readonly SlotPlaces places = new(columns, grain);

    /// <summary>By model, by provider, or by token class. Tasks are one series: a task can have used several models.</summary>
    public IReadOnlyList<TrendSeries> Series(IReadOnlyList<SlotUsage> usage, Grouping grouping)
    {
        if (measure == Measure.Tasks)
        {
            return [new("Tasks", 1, Fill(usage))];
        }

        if (grouping == Grouping.Class && measure == Measure.Tokens)
        {
            return
            [
                .. Classes.Select((one, index) => new TrendSeries(
                    one.Name, index + 1, Fill(usage.Select(slot => (slot.Time, one.Value(slot.Sum))))))
                    .Where(series => series.Sum > 0)
            ];
        }

        // The same model of two providers would otherwise give two series with one name.
        var ambiguous = usage.Select(slot => (slot.Provider, slot.Model)).Distinct().GroupBy(one => one.Model)
            .Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        return ByKey(
            usage,
            grouping == Grouping.Provider ? slot => ProviderName(slot.Provider)
            : slot => ambiguous.Contains(slot.Model) ? $"{slot.Model} ({ProviderName(slot.Provider)})" : slot.Model);
    }

    /// <summary>Named parts, and what of the whole is in none of them.</summary>
    /// <param name="whole">All usage.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="areAll">Whether the parts are complete.</param>
    public IReadOnlyList<TrendSeries> Parts(
        IReadOnlyList<SlotUsage> whole, IReadOnlyList<(string Name, IReadOnlyList<SlotUsage> Usage)> parts, bool areAll)
    {
        TrendSeries[] series = [.. parts.Select((part, index) => new TrendSeries(part.Name, index + 1, Fill(part.Usage)))];
        var rest = Fill(whole);
        foreach (var one in series)
        {
            for (var column = 0; column < rest.Length; column++)
            {
                rest[column] -= one.Values[column];
            }
        }

        return rest.Any(value => areAll ? Math.Abs(value) > Dust : value != 0) ? [.. series, new(Other, 0, rest)] : series;
    }

    /// <summary>What there was in each column so many days before.</summary>
    public IReadOnlyList<decimal?> Before(IReadOnlyList<SlotUsage> usage, int days) =>
        [.. Fill(usage.Select(slot => (slot.Time.PlusDays(days), Value(slot.Sum, measure)))).Select(value => (decimal?)value)];

    public static decimal Value(Measures sum, Measure measure) => measure switch
    {
        Measure.Cost => sum.Cost,
        Measure.Tasks => sum.Tasks,
        _ => sum.Tokens,
    };

    public static string ProviderName(string provider) => provider.Length == 0 ? "No provider" : provider;

    /// <summary>By name: the largest, and all others together.</summary>
    private List<TrendSeries> ByKey(IReadOnlyList<SlotUsage> usage, Func<SlotUsage, string> name)
    {
        var groups = usage.GroupBy(name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        var largest = LargestSeries.Of(groups.Select(group => KeyValuePair.Create(group.Key, group.Value.Sum(slot => Value(slot.Sum, measure)))));
        List<TrendSeries> series = [.. largest.Select((key, index) => new TrendSeries(key, index + 1, Fill(groups[key])))];
        var rest = usage.Where(slot => !largest.Contains(name(slot))).ToArray();
        return rest.Any(slot => Value(slot.Sum, measure) > 0) ? [.. series, new(Other, 0, Fill(rest))] : series;
    }

    private decimal[] Fill(IEnumerable<SlotUsage> usage) => Fill(usage.Select(slot => (slot.Time, Value(slot.Sum, measure))));

    private decimal[] Fill(IEnumerable<(SlotTime Time, decimal Value)> usage)
    {
        var values = new decimal[columns.Count];
        foreach (var (time, value) in usage)
        {
            values[places[time]] += value;
        }

        return values;
    }
}
