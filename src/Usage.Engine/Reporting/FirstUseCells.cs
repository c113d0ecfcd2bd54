using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>The tasks of a window, and where they were read.</summary>
/// <param name="Cells">The tasks, each in the slot of its first usage.</param>
/// <param name="Source">Their source.</param>
/// <param name="FrozenBefore">Hours of the window before it come from the rollup alone; null if there are none.</param>
internal sealed record FirstUseCells(IReadOnlyList<FirstUseCell> Cells, ReportSource Source, Instant? FrozenBefore)
{
    public UsageReport<TRow> Report<TRow>(IReadOnlyList<TRow> rows, ReportWindow window) =>
        new(rows, Source, window.Zone, []) { Window = window, FrozenBefore = FrozenBefore };
}
