using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>A report's rows, in order, and what there is to know about them.</summary>
/// <param name="Rows">The rows; hours and days without usage have none.</param>
/// <param name="Source">Where the figures come from.</param>
/// <param name="Zone">The zone of the days and hours; null in a report that has neither.</param>
/// <param name="Unpriced">The models that the report's cost leaves out in part or whole, by provider and model.</param>
public sealed record UsageReport<TRow>(
    IReadOnlyList<TRow> Rows, ReportSource Source, DateTimeZone? Zone, IReadOnlyList<UnpricedModel> Unpriced)
{
    /// <summary>The window of local days; null in a report over all time.</summary>
    public ReportWindow? Window { get; init; }
}
