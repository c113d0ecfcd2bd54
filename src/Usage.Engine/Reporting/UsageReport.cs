using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>A report's rows and metadata.</summary>
/// <param name="Rows">The rows, in the report's order. Hours and days without usage have no row.</param>
/// <param name="Source">The source of the figures.</param>
/// <param name="Zone">The time zone of days and hours; null in a report without either.</param>
/// <param name="Unpriced">
/// The models whose cost is partly or entirely missing because they have no price, ordered by provider and model.
/// </param>
public sealed record UsageReport<TRow>(
    IReadOnlyList<TRow> Rows, ReportSource Source, DateTimeZone? Zone, IReadOnlyList<UnpricedModel> Unpriced)
{
    /// <summary>The window of local days; null in a report over all time.</summary>
    public ReportWindow? Window { get; init; }

    /// <summary>
    /// Hours of the window before it are frozen: their figures come from the rollup alone, whatever the source, and an hour in which a
    /// day begins is counted in the day in which it begins itself. Null if the window has no such hours.
    /// </summary>
    public Instant? FrozenBefore { get; init; }
}
