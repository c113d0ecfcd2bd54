using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>How a report reads its window.</summary>
/// <param name="Cut">The window with every hour cut that is read from raw rows; null if all of it is.</param>
/// <param name="Source">The source that the report names.</param>
/// <param name="FrozenBefore">Hours of the window before it come from buckets, whatever the source; null if there are none.</param>
internal sealed record ReportPlan(WindowParts? Cut, ReportSource Source, Instant? FrozenBefore)
{
    /// <param name="parts">The window.</param>
    /// <param name="cut">The window with the hours cut that buckets can't answer; null if all are to be read from raw rows.</param>
    /// <param name="frozenBefore">End of the frozen hours: their raw rows may be gone. Null if nothing is frozen.</param>
    public static ReportPlan Of(WindowParts parts, WindowParts? cut, Instant? frozenBefore)
    {
        var source = cut is null ? ReportSource.Raw : ReportSource.Rollup;
        return frozenBefore is { } end && parts.FirstHour < end
            ? new((cut ?? parts.WithAllCut()).WithFrozen(end), source, end)
            : new(cut, source, FrozenBefore: null);
    }
}
