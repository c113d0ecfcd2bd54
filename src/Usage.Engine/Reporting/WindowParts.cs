using NodaTime;
using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>A stretch of time, half-open: [Start, End).</summary>
internal readonly record struct Span(Instant Start, Instant End);

/// <summary>
/// A window as a report's axis divides it: the UTC hours that a bucket can answer for as a whole, and the stretches of those that it
/// cannot, because the window or a slot begins or ends inside.
/// </summary>
/// <param name="Window">All of it.</param>
/// <param name="DayStarts">The first instants of the days but the first.</param>
/// <param name="Offsets">The zone's clock.</param>
/// <param name="CutHours">The hours that are cut, oldest first.</param>
/// <param name="Cuts">What the window holds of those hours.</param>
/// <param name="HasWholeHours">False when the hours of the clock begin inside those of UTC, so that no bucket can answer.</param>
internal sealed record WindowParts(
    Span Window, IReadOnlyList<Instant> DayStarts, ZoneOffsets Offsets, IReadOnlyList<Instant> CutHours, IReadOnlyList<Span> Cuts,
    bool HasWholeHours)
{
    /// <param name="window">A window that is not empty.</param>
    /// <param name="axis">What divides it.</param>
    public static WindowParts Of(ReportWindow window, ReportAxis axis)
    {
        Span whole = new(window.Start, window.End);
        Instant[] dayStarts = [.. window.Days.Skip(1).Select(day => day.Start)];
        var offsets = ZoneOffsets.Of(window.Zone, whole.Start, whole.End);
        var inside = axis switch
        {
            ReportAxis.Day => dayStarts,
            ReportAxis.Hour or ReportAxis.WeekHour => offsets.Changes,
            _ => [],
        };
        Instant[] cutHours =
        [
            .. inside.Append(whole.Start).Append(whole.End).Where(IsInsideAnHour)
                .Select(instant => HourBucket.Containing(instant).Start).Distinct().Order()
        ];
        return new(
            whole, dayStarts, offsets, cutHours,
            [
                .. cutHours.Select(hour => new Span(
                    Instant.Max(hour, whole.Start), Instant.Min(hour + Duration.FromHours(1), whole.End)))
            ],
            axis is not (ReportAxis.Hour or ReportAxis.WeekHour) || offsets.AreWholeHours);
    }

    private static bool IsInsideAnHour(Instant instant) =>
        HourBucket.Covers(instant) && HourBucket.Containing(instant).Start != instant;
}
