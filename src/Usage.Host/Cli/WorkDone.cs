using System.Globalization;

namespace Usage.Host.Cli;

/// <summary>How far long work is.</summary>
/// <param name="Done">Units done, for example hours.</param>
/// <param name="Total">Units in all; null when nobody knows.</param>
/// <param name="Unit">What a unit is, in the plural.</param>
/// <param name="Rows">Usage rows read so far.</param>
internal readonly record struct WorkDone(long Done, long? Total, string Unit, long Rows)
{
    public double? Share => Total is > 0 ? Math.Min(1.0, (double)Done / Total.Value) : null;

    /// <summary>For example <c>1,200 of 4,400 hours, 52,310 rows/s, 0:41 left</c>.</summary>
    public string Describe(TimeSpan elapsed)
    {
        var amount = Total is { } total ? $"{Number(Math.Min(Done, total))} of {Number(total)} {Unit}" : $"{Number(Done)} {Unit}";
        var rate = elapsed > TimeSpan.Zero ? Rows / elapsed.TotalSeconds : 0;
        var left = Share is > 0 and var share ? $", {Time(elapsed * ((1 - share) / share))} left" : "";
        return $"{amount}, {Number((long)rate)} rows/s{left}";
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(TimeSpan value) =>
        value.ToString(value.TotalHours >= 1 ? @"d\.hh\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
