using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>The reports of a window.</summary>
/// <param name="Window">The window.</param>
/// <param name="Daily">By day and model.</param>
/// <param name="Tasks">Each task once.</param>
/// <param name="Models">Distinct tasks by model; null in a comparison window.</param>
/// <param name="Entities">By the keys of each dimension.</param>
/// <param name="Heatmap">By weekday and hour; null in a comparison window.</param>
internal sealed record WindowFigures(
    ReportWindow Window, UsageReport<DailyUsage> Daily, IReadOnlyList<TaskSlot> Tasks, UsageReport<ModelUsage>? Models,
    IReadOnlyDictionary<Dimension, IReadOnlyList<KeyValuePair<Guid, UsageFigures>>> Entities, UsageReport<HeatmapUsage>? Heatmap)
{
    /// <summary>All of it.</summary>
    public Measures Total => Measures.Sum(Daily.Rows) with { Tasks = Tasks.Sum(slot => slot.Tasks) };

    /// <summary>Whether all of them are of the same usage.</summary>
    public bool Agree
    {
        get
        {
            var sum = Digest(Daily.Rows);
            return (Models is null || Digest(Models.Rows) == sum)
                && (Heatmap is null || Digest(Heatmap.Rows) == sum)
                && Entities.Values.All(rows => Digest(rows.Select(row => row.Value)) == sum);
        }
    }

    /// <summary>The sums of a dimension's entities, with their tasks.</summary>
    public IReadOnlyDictionary<Guid, Measures> SumsOf(Dimension dimension)
    {
        var tasks = Tasks.GroupBy(dimension.KeyOf).ToDictionary(group => group.Key, group => group.Sum(slot => slot.Tasks));
        return Entities[dimension].GroupBy(row => row.Key, row => row.Value).ToDictionary(
            entity => entity.Key, entity => Measures.Sum(entity) with { Tasks = tasks.GetValueOrDefault(entity.Key) });
    }

    /// <summary>What is exact in every report: money is rounded a row.</summary>
    private static (long, decimal, decimal) Digest(IEnumerable<UsageFigures> rows)
    {
        var sum = Measures.Sum(rows);
        return (sum.Events, sum.Tokens, sum.ProviderCost);
    }
}
