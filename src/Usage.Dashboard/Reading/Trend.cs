using NodaTime;
using Usage.Dashboard.Addresses;

namespace Usage.Dashboard.Reading;

/// <summary>A part of every column of a trend.</summary>
/// <param name="Name">The displayed name.</param>
/// <param name="Colour">1 to 8; 0 for the combined rest.</param>
/// <param name="Values">By column.</param>
internal sealed record TrendSeries(string Name, int Colour, IReadOnlyList<decimal> Values)
{
    public decimal Sum => Values.Sum();
}

/// <summary>A column of a trend: an hour, a day, or the days of the window that are in a week or month.</summary>
/// <param name="Start">The first date.</param>
/// <param name="End">The last date, inclusive.</param>
/// <param name="Hour">The hour of the local clock, in a trend by hours.</param>
/// <param name="IsRunning">Whether the period is still running.</param>
internal sealed record TrendColumn(LocalDate Start, LocalDate End, int? Hour, bool IsRunning)
{
    /// <summary>The hour's first instant, in a trend by hours.</summary>
    public Instant? At { get; init; }

    /// <summary>Whether the clock showed this hour before, and was then set back.</summary>
    public bool IsRepeated { get; init; }
}

/// <summary>Usage in the order of time.</summary>
/// <param name="Grain">The period of a column.</param>
/// <param name="Measure">The measure.</param>
/// <param name="Columns">All of the window, with and without usage.</param>
/// <param name="Series">The largest first, all others last.</param>
/// <param name="Comparison">By column; empty without a comparison.</param>
internal sealed record Trend(
    Grain Grain, Measure Measure, IReadOnlyList<TrendColumn> Columns, IReadOnlyList<TrendSeries> Series, IReadOnlyList<decimal?> Comparison)
{
    public decimal Total(int column) => Series.Sum(series => series.Values[column]);
}
