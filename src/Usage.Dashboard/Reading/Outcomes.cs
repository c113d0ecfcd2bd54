using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>How an entity's tasks ended.</summary>
/// <param name="Name">The displayed name.</param>
/// <param name="Page">The relative address of its page; null if it has none.</param>
/// <param name="Figures">Its figures.</param>
internal sealed record OutcomeRow(string Name, string? Page, OutcomeFigures Figures);

/// <summary>How the tasks of an entity each ended.</summary>
/// <param name="Id">Id of the table.</param>
/// <param name="Title">The title.</param>
/// <param name="Rows">The rows, most failures first.</param>
internal sealed record OutcomeTable(string Id, string Title, IReadOnlyList<OutcomeRow> Rows);

/// <summary>How tasks ended that ended in the window.</summary>
/// <param name="Columns">All of the window, with and without such tasks.</param>
/// <param name="ByColumn">The figures by column.</param>
/// <param name="Tables">The same tasks by agent and by runtime.</param>
internal sealed record Outcomes(Grain Grain, IReadOnlyList<TrendColumn> Columns, IReadOnlyList<OutcomeFigures> ByColumn, IReadOnlyList<OutcomeTable> Tables)
{
    public OutcomeFigures Total => OutcomeFigures.Sum(ByColumn);

    /// <summary>Tasks that ended, in whatever way.</summary>
    public static long Ended(OutcomeFigures figures) => figures.Finished + figures.Failed + figures.Cancelled;

    /// <summary>The share of failures; null where no task ended.</summary>
    public static decimal? FailureRate(OutcomeFigures figures) => Ended(figures) is var ended and > 0 ? (decimal)figures.Failed / ended : null;

    /// <summary>From start to end on average; null where no task has both.</summary>
    public static Duration? MeanRun(OutcomeFigures figures) =>
        figures.RunCount > 0 ? Duration.FromSeconds((double)(figures.RunSeconds / figures.RunCount)) : null;
}
