namespace Usage.Engine.Draining;

/// <summary>Computes delays and batch sizes. Pure.</summary>
internal static class DrainPacing
{
    /// <summary>The pause that keeps work of a given length within a share of the time.</summary>
    /// <param name="busy">Duration of the work.</param>
    /// <param name="duty">The share, greater than 0, at most 1.</param>
    public static TimeSpan Rest(TimeSpan busy, double duty)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(duty);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duty, 1);
        return busy > TimeSpan.Zero ? busy * ((1 - duty) / duty) : TimeSpan.Zero;
    }

    /// <summary>The pause after a round: at least the poll interval, unless more work is waiting.</summary>
    public static TimeSpan AfterRound(TimeSpan busy, double duty, bool more, TimeSpan pollInterval)
    {
        var rest = Rest(busy, duty);
        return more || rest > pollInterval ? rest : pollInterval;
    }

    /// <summary>The delay after a number of consecutive failures: doubles from the minimum to the maximum.</summary>
    public static TimeSpan Backoff(int failures, TimeSpan least, TimeSpan most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var factor = Math.Pow(2, Math.Min(failures - 1, 30));
        return least * factor < most ? least * factor : most;
    }

    /// <summary>
    /// The number of hours for the next transaction, so that it reads about the target number of rows. Grows at most fourfold, so
    /// that a sparse batch is not followed by a huge one.
    /// </summary>
    /// <param name="hours">Hours of the previous batch, at least 1.</param>
    /// <param name="rows">Rows that the previous batch read.</param>
    public static int NextBatchHours(int hours, long rows, int targetRows, int maxHours)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hours, 1);
        var fitting = rows > 0 ? (double)targetRows * hours / rows : double.PositiveInfinity;
        return (int)Math.Clamp(Math.Min(fitting, hours * 4.0), 1, maxHours);
    }
}
