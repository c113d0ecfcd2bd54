using NodaTime;
using Usage.Engine.Reporting;
using Usage.Engine.Rollup;

namespace Usage.Engine.Exporting;

/// <summary>A local day of an export, and what of it is not to be read from buckets.</summary>
/// <param name="Day">The day.</param>
/// <param name="CutHours">Hours that the day contains only partly, or that have marks.</param>
/// <param name="RawRanges">The parts of these hours in the day, oldest first.</param>
internal sealed record ExportDay(LocalDay Day, IReadOnlyList<Instant> CutHours, IReadOnlyList<InstantRange> RawRanges)
{
    private static readonly Duration Hour = Duration.FromHours(1);

    /// <param name="day">The day.</param>
    /// <param name="pending">Hours whose buckets may be stale; null if all may be.</param>
    /// <param name="frozenBefore">Hours before it are read from buckets alone, and belong to the day in which they begin; null if there are none.</param>
    public static ExportDay Of(LocalDay day, IReadOnlySet<Instant>? pending, Instant? frozenBefore)
    {
        List<Instant> hours = [];
        for (var hour = HourBucket.Containing(day.Start).Start; hour < day.End; hour += Hour)
        {
            if (hour < frozenBefore)
            {
                continue;
            }

            if (pending is null || pending.Contains(hour) || hour < day.Start || hour + Hour > day.End)
            {
                hours.Add(hour);
            }
        }

        return new(day, hours, [.. hours.Select(hour => new InstantRange(Instant.Max(hour, day.Start), Instant.Min(hour + Hour, day.End)))]);
    }
}
