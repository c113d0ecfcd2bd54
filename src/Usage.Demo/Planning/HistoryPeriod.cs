using NodaTime;

namespace Usage.Demo.Planning;

/// <summary>A period of history to generate: whole hours, half-open.</summary>
internal sealed record HistoryPeriod
{
    public const int FewestTasks = 3;

    private static readonly Duration OneHour = Duration.FromHours(1);

    /// <param name="seed">Equal seeds give equal histories.</param>
    /// <param name="tasks">Number of tasks, at least 3.</param>
    /// <param name="from">Any instant in the first hour.</param>
    /// <param name="to">Any instant in the hour after the last one.</param>
    /// <param name="grows">Whether the platform grows: it starts with less work, and agents join over time.</param>
    public HistoryPeriod(Seed seed, int tasks, Instant from, Instant to, bool grows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tasks, FewestTasks);
        Seed = seed;
        Tasks = tasks;
        From = HourOf(from);
        Hours = (int)((HourOf(to) - From) / OneHour);
        Grows = grows;
        ArgumentOutOfRangeException.ThrowIfLessThan(Hours, 1, nameof(to));
    }

    public Seed Seed { get; }

    public int Tasks { get; }

    public Instant From { get; }

    public int Hours { get; }

    public bool Grows { get; }

    public Instant To => HourAt(Hours);

    public Instant HourAt(int index) => From + (OneHour * index);

    public static Instant HourOf(Instant instant) =>
        Instant.FromUnixTimeSeconds(instant.ToUnixTimeSeconds() - PositiveRemainder(instant.ToUnixTimeSeconds(), 3_600));

    private static long PositiveRemainder(long value, long divisor) => ((value % divisor) + divisor) % divisor;
}
