namespace Usage.Dashboard.Reading;

/// <summary>A row of a breakdown.</summary>
/// <param name="Key">Its key in the address of a filter; null if it can't be filtered by.</param>
/// <param name="Name">The displayed name.</param>
/// <param name="Detail">Shown on request, such as an id.</param>
/// <param name="Page">The relative address of its page; null if it has none.</param>
/// <param name="Filter">The address of this page filtered by this row; null if it already is.</param>
/// <param name="Sum">Its figures, with its distinct tasks.</param>
/// <param name="Before">Its figures in the comparison window; null without a comparison.</param>
internal sealed record BreakdownRow(
    string Key, string Name, string? Detail, string? Page, string? Filter, Measures Sum, Measures? Before);

/// <summary>All usage of the window by one thing.</summary>
/// <param name="Id">Id of the table in the page and in addresses.</param>
/// <param name="Title">The title.</param>
/// <param name="Rows">All of them, in order.</param>
internal sealed record Breakdown(string Id, string Title, IReadOnlyList<BreakdownRow> Rows)
{
    /// <summary>Whether a task is in one row only, so that the rows' tasks add up.</summary>
    public bool AddsUp => Id != "models";

    public Measures Total => Rows.Aggregate(default(Measures), (sum, row) => sum + row.Sum);
}
