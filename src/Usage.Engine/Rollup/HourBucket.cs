using NodaTime;

namespace Usage.Engine.Rollup;

/// <summary>A UTC hour of the rollup, half-open: [Start, End). Value equality.</summary>
internal readonly record struct HourBucket : IComparable<HourBucket>
{
    /// <summary>First instant of the rollup's range: 2000-01-01T00:00:00Z.</summary>
    public static readonly Instant RangeStart = Instant.FromUtc(2000, 1, 1, 0, 0);

    /// <summary>End of the rollup's range, exclusive: 2101-01-01T00:00:00Z.</summary>
    public static readonly Instant RangeEnd = Instant.FromUtc(2101, 1, 1, 0, 0);

    private const int SecondsPerHour = 3_600;

    private HourBucket(int number) => Number = number;

    /// <summary>Hours since 1970-01-01T00:00:00Z.</summary>
    public int Number { get; }

    /// <summary>The hour's first instant.</summary>
    public Instant Start => Instant.FromUnixTimeSeconds((long)Number * SecondsPerHour);

    /// <summary>The next hour's first instant.</summary>
    public Instant End => Instant.FromUnixTimeSeconds(((long)Number + 1) * SecondsPerHour);

    /// <summary>Whether usage produced at this instant is part of the rollup.</summary>
    public static bool Covers(Instant instant) => instant >= RangeStart && instant < RangeEnd;

    /// <summary>The hour with a valid number.</summary>
    internal static HourBucket Numbered(int number) => new(number);

    /// <summary>The hour that contains an instant.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant is outside the years 2000 to 2100.</exception>
    public static HourBucket Containing(Instant instant) =>
        Covers(instant)
            ? new((int)(instant.ToUnixTimeSeconds() / SecondsPerHour))
            : throw new ArgumentOutOfRangeException(nameof(instant), instant, "The rollup covers the years 2000 to 2100.");

    /// <inheritdoc/>
    public int CompareTo(HourBucket other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Start.ToString();

    /// <summary>Whether the left hour is earlier.</summary>
    public static bool operator <(HourBucket left, HourBucket right) => left.Number < right.Number;

    /// <summary>Whether the left hour is later.</summary>
    public static bool operator >(HourBucket left, HourBucket right) => left.Number > right.Number;

    /// <summary>Whether the left hour is not later.</summary>
    public static bool operator <=(HourBucket left, HourBucket right) => left.Number <= right.Number;

    /// <summary>Whether the left hour is not earlier.</summary>
    public static bool operator >=(HourBucket left, HourBucket right) => left.Number >= right.Number;
}
