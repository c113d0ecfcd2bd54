using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>The reports of a window; those that there are none of for the subject are null.</summary>
internal sealed record WindowFigures(
    ReportWindow Window, UsageReport<DailyUsage> Daily, TotalUsage? Total, UsageReport<ModelUsage>? Models, UsageReport<AgentUsage> Agents,
    UsageReport<ProjectUsage>? Projects, UsageReport<HeatmapUsage>? Heatmap)
{
    /// <summary>Whether all of them are of the same usage.</summary>
    public bool Agree
    {
        get
        {
            var sum = Digest(Daily.Rows);
            return Digest(Agents.Rows) == sum
                && (Total is null || Digest([Total]) == sum)
                && (Models is null || Digest(Models.Rows) == sum)
                && (Projects is null || Digest(Projects.Rows) == sum)
                && (Heatmap is null || Digest(Heatmap.Rows) == sum);
        }
    }

    /// <summary>What is exact in every report: money is rounded a row.</summary>
    private static (long, decimal, decimal) Digest(IEnumerable<UsageFigures> rows)
    {
        var sum = Measures.Sum(rows);
        return (sum.Events, sum.Tokens, sum.ProviderCost);
    }
}
