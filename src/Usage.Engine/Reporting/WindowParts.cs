using NodaTime;
using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>
/// A window as divided by a report's axis: the UTC hours that buckets can answer, and the cut hours, which must be read from raw
/// rows because the window or a slot begins or ends inside them, or because their buckets are stale.
/// </summary>
/// <param name="Window">The whole window.</param>
/// <param name="SlotStarts">The first instants of the days, weeks, months or hours in sequence, but that of the first.</param>
/// <param name="Offsets">The zone's offsets.</param>
/// <param name="CutHours">The hours to read from raw rows, oldest first.</param>
/// <param name="HasWholeHours">False if local hours begin inside UTC hours, so that no bucket can answer.</param>
internal sealed record WindowParts(
    InstantRange Window, IReadOnlyList<Instant> SlotStarts, ZoneOffsets Offsets, IReadOnlyList<Instant> CutHours, bool HasWholeHours)
{
    private static readonly Duration Hour = Duration.FromHours(1);

    /// <summary>The parts of the cut hours that are in the window, oldest first; adjacent hours are one range.</summary>
    public IReadOnlyList<InstantRange> Cuts => [.. CutsOf(Window, CutHours)];

    /// <summary>The first hour that overlaps the window.</summary>
    public Instant FirstHour => HourBucket.Containing(Window.Start).Start;

    /// <summary>The number of hours that overlap the window.</summary>
    public int HourCount => (int)Math.Ceiling((Window.End - FirstHour).TotalHours);

    /// <param name="window">A non-empty window.</param>
    /// <param name="axis">The report's axis.</param>
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

    /// <summary>Cuts additional hours.</summary>
    /// <param name="hours">Starts of hours that overlap the window.</param>
    public WindowParts WithCut(IEnumerable<Instant> hours) => this with { CutHours = [.. CutHours.Union(hours).Order()] };

    /// <summary>Cuts all hours.</summary>
    public WindowParts WithAllCut() => WithCut(Enumerable.Range(0, HourCount).Select(hour => FirstHour + Duration.FromHours(hour)));

    /// <summary>
    /// Cuts no frozen hour, because its raw rows may be gone. One in which the window or a slot begins counts where it begins itself.
    /// </summary>
    /// <param name="end">End of the frozen hours.</param>
    public WindowParts WithFrozen(Instant end) => this with { CutHours = [.. CutHours.Where(hour => hour >= end)] };

    /// <summary>The frozen part of the window alone, with the same slots.</summary>
    /// <param name="end">End of the frozen hours.</param>
    public WindowParts FrozenOnly(Instant end) => this with { Window = Window with { End = Instant.Min(end, Window.End) }, CutHours = [] };

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
