using NodaTime;
using Usage.Dashboard.Addresses;

namespace Usage.Dashboard.Reading;

/// <summary>A part of every column of a trend.</summary>
/// <param name="Name">As it is shown.</param>
/// <param name="Colour">1 to 8; 0 for all others together.</param>
/// <param name="Values">By column.</param>
internal sealed record TrendSeries(string Name, int Colour, IReadOnlyList<decimal> Values)
{
    public decimal Sum => Values.Sum();
}

/// <summary>A column of a trend: an hour, a day, or the days of the window that are in a week or month.</summary>
/// <param name="Start">The first date.</param>
/// <param name="End">The last date, included.</param>
/// <param name="Hour">The hour of the local clock, in a trend by hours.</param>
/// <param name="IsRunning">Whether it is not over yet.</param>
internal sealed record TrendColumn(LocalDate Start, LocalDate End, int? Hour, bool IsRunning);

/// <summary>Usage in the order of time.</summary>
/// <param name="Grain">What a column stands for.</param>
/// <param name="Measure">What is shown.</param>
/// <param name="Columns">All of the window, with and without usage.</param>
/// <param name="Series">The largest first, all others last.</param>
/// <param name="Comparison">By column; empty without a comparison.</param>
internal sealed record Trend(
    Grain Grain, Measure Measure, IReadOnlyList<TrendColumn> Columns, IReadOnlyList<TrendSeries> Series, IReadOnlyList<decimal?> Comparison)
{
    public decimal Total(int column) => Series.Sum(series => series.Values[column]);
}
