using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Charts;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>When in the week usage happens: by ISO weekday less 1 and hour, the mean of an hour that the window holds.</summary>
/// <param name="Means">Average per hour.</param>
/// <param name="Sums">Sum of these hours.</param>
internal sealed record WeekHours(decimal[,] Means, decimal[,] Sums)
{
    public decimal Greatest => Means.Cast<decimal>().Max();

    /// <summary>The means of what the window holds until now.</summary>
    public static WeekHours Of(IEnumerable<HeatmapUsage> rows, ReportWindow window, Instant now, Measure measure)
    {
        var occurrences = Occurrences.Of(window.Start, Instant.Min(window.End, now), window.Zone);
        var sums = new decimal[Occurrences.Weekdays, Occurrences.Hours];
        var means = new decimal[Occurrences.Weekdays, Occurrences.Hours];
        foreach (var row in rows)
        {
            var value = TrendBuilder.Value(Measures.Of(row), measure);
            var times = occurrences[row.Weekday - 1, row.Hour];
            sums[row.Weekday - 1, row.Hour] = value;
            // Usage dated ahead of the clock is in an hour that has hardly begun.
            means[row.Weekday - 1, row.Hour] = value / Math.Max(times, 1);
        }

        return new(means, sums);
    }
}
