using NodaTime;
using Usage.Engine.Rollup;

namespace Usage.Engine.Maintenance;

/// <summary>Whole UTC hours, half-open: [From, To). Null means unbounded on that side.</summary>
internal readonly record struct HourRange
{
    private HourRange(Instant? from, Instant? to)
    {
        From = from;
        To = to;
    }

    public Instant? From { get; }

    public Instant? To { get; }

    /// <summary>The hours that contain any instant of [from, to).</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A bound is outside the years 2000 to 2100, or the range is empty.
    /// </exception>
    public static HourRange Covering(Instant? from, Instant? to)
    {
        Check(from, nameof(from), HourBucket.RangeStart, HourBucket.RangeEnd - Duration.Epsilon);
        Check(to, nameof(to), HourBucket.RangeStart + Duration.Epsilon, HourBucket.RangeEnd);
        if (from >= to)
        {
            throw new ArgumentOutOfRangeException(nameof(to), to, $"The end of a range must be after its start, {from}.");
        }

        return new(
            from is { } first ? HourBucket.Containing(first).Start : null,
            to is { } end ? HourBucket.Containing(end - Duration.Epsilon).End : null);
    }

    private static void Check(Instant? value, string name, Instant least, Instant most)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, "The rollup covers the years 2000 to 2100.");
        }
    }
}
