using NodaTime;
using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>
/// A window as a report's axis divides it: the UTC hours that a bucket can answer for as a whole, and the ranges within those that it
/// cannot, because the window or a slot begins or ends inside, or because the buckets of the hour are not to be relied on.
/// </summary>
/// <param name="Window">All of it.</param>
/// <param name="SlotStarts">The first instants of the days, weeks, months or hours in sequence, but that of the first.</param>
/// <param name="Offsets">The zone's clock.</param>
/// <param name="CutHours">The hours that are read from raw rows, oldest first.</param>
/// <param name="HasWholeHours">False when the hours of the clock begin inside those of UTC, so that no bucket can answer.</param>
internal sealed record WindowParts(
    InstantRange Window, IReadOnlyList<Instant> SlotStarts, ZoneOffsets Offsets, IReadOnlyList<Instant> CutHours, bool HasWholeHours)
{
    private static readonly Duration Hour = Duration.FromHours(1);

    /// <summary>What the window holds of the cut hours, oldest first; hours that follow each other are one range.</summary>
    public IReadOnlyList<InstantRange> Cuts => [.. CutsOf(Window, CutHours)];

    /// <summary>The first hour that the window holds something of.</summary>
    public Instant FirstHour => HourBucket.Containing(Window.Start).Start;

    /// <summary>The hours that the window holds something of.</summary>
    public int HourCount => (int)Math.Ceiling((Window.End - FirstHour).TotalHours);

    /// <param name="window">A window that is not empty.</param>
    /// <param name="axis">What divides it.</param>
    public static WindowParts Of(ReportWindow window, ReportAxis axis)
    {
        InstantRange whole = new(window.Start, window.End);
        Instant[] slotStarts = [.. WindowSlots.Of(window, axis).Skip(1).Select(slot => slot.Start)];
        var offsets = ZoneOffsets.Of(window.Zone, whole.Start, whole.End);
        var inside = axis switch
        {
            ReportAxis.Hour or ReportAxis.WeekHour => offsets.Changes,
            _ => slotStarts,
        };
        Instant[] cutHours =
        [
            .. inside.Append(whole.Start).Append(whole.End).Where(IsInsideAnHour)
                .Select(instant => HourBucket.Containing(instant).Start).Distinct().Order()
        ];
        return new(
            whole, slotStarts, offsets, cutHours,
            axis is not (ReportAxis.Hour or ReportAxis.WeekHour or ReportAxis.LocalHour) || offsets.AreWholeHours);
    }

    /// <summary>The same window with more hours cut.</summary>
    /// <param name="hours">Starts of hours that the window holds something of.</param>
    public WindowParts WithCut(IEnumerable<Instant> hours) => this with { CutHours = [.. CutHours.Union(hours).Order()] };

    private static IEnumerable<InstantRange> CutsOf(InstantRange window, IReadOnlyList<Instant> hours)
    {
        for (var next = 0; next < hours.Count;)
        {
            var first = hours[next++];
            var end = first + Hour;
            while (next < hours.Count && hours[next] == end)
            {
                end = hours[next++] + Hour;
            }

            yield return new(Instant.Max(first, window.Start), Instant.Min(end, window.End));
        }
    }

    private static bool IsInsideAnHour(Instant instant) =>
        HourBucket.Covers(instant) && HourBucket.Containing(instant).Start != instant;
}
