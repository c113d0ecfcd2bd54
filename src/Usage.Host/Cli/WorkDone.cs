using System.Globalization;

namespace Usage.Host.Cli;

/// <summary>The progress of a long operation.</summary>
/// <param name="Done">Completed units, for example hours.</param>
/// <param name="Total">Total units; null if unknown.</param>
/// <param name="Unit">Name of the unit, with the ending of the plural in brackets.</param>
/// <param name="Rows">Usage rows read so far.</param>
internal readonly record struct WorkDone(long Done, long? Total, string Unit, long Rows)
{
    public double? Share => Total is > 0 ? Math.Min(1.0, (double)Done / Total.Value) : null;

    /// <summary>For example <c>1,200 of 4,400 hours, 52,310 rows/s, 0:41 left</c>.</summary>
    public string Describe(TimeSpan elapsed)
    {
        var amount = Total is { } total ? $"{Quantity.Number(Math.Min(Done, total))} of {Quantity.Of(total, Unit)}" : Quantity.Of(Done, Unit);
        var rate = elapsed > TimeSpan.Zero ? Rows / elapsed.TotalSeconds : 0;
        var left = Share is > 0 and var share ? $", {Time(elapsed * ((1 - share) / share))} left" : "";
        return $"{amount}, {Quantity.Number((long)rate)} rows/s{left}";
    }

    private static string Time(TimeSpan value) =>
        value.ToString(value.TotalHours >= 1 ? @"d\.hh\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
