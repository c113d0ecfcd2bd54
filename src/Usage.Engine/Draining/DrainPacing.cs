namespace Usage.Engine.Draining;

/// <summary>The computations of the drain's pace. Pure.</summary>
internal static class DrainPacing
{
    /// <summary>The pause that keeps work of the given length within a share of the time.</summary>
    /// <param name="busy">How long the work took.</param>
    /// <param name="duty">The share, over 0 to 1.</param>
    public static TimeSpan Rest(TimeSpan busy, double duty)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(duty);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duty, 1);
        return busy > TimeSpan.Zero ? busy * ((1 - duty) / duty) : TimeSpan.Zero;
    }

    /// <summary>The pause after a round: at least the poll interval, unless more work is known to wait.</summary>
    public static TimeSpan AfterRound(TimeSpan busy, double duty, bool more, TimeSpan pollInterval)
    {
        var rest = Rest(busy, duty);
        return more || rest > pollInterval ? rest : pollInterval;
    }

    /// <summary>The pause after a number of failures in a row: doubles from the least to the most.</summary>
    public static TimeSpan Backoff(int failures, TimeSpan least, TimeSpan most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var factor = Math.Pow(2, Math.Min(failures - 1, 30));
        return least * factor < most ? least * factor : most;
    }

    /// <summary>
    /// How many hours the next transaction takes, so that it reads about as many rows as it aims at. At most four times as many, so that
    /// one sparse batch is not followed by a huge one.
    /// </summary>
    /// <param name="hours">Hours of the batch before, at least 1.</param>
    /// <param name="rows">Rows that it read.</param>
    public static int NextBatchHours(int hours, long rows, int targetRows, int maxHours)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hours, 1);
        var fitting = rows > 0 ? (double)targetRows * hours / rows : double.PositiveInfinity;
        return (int)Math.Clamp(Math.Min(fitting, hours * 4.0), 1, maxHours);
    }
}
