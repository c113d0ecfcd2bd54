namespace Usage.Dashboard.Reading;

/// <summary>A row of a breakdown.</summary>
/// <param name="Key">What tells it apart in the address of a filter; null where there is nothing to filter by.</param>
/// <param name="Name">As it is shown.</param>
/// <param name="Detail">What is shown on request, such as an id.</param>
/// <param name="Page">The relative address of its own page; null when it has none.</param>
/// <param name="Filter">The address of this page with only this row; null where the page is filtered by it already.</param>
/// <param name="Sum">Its figures.</param>
/// <param name="Tasks">Its distinct tasks; null where no report counts them.</param>
/// <param name="Before">Its figures in the window it is compared with; null without a comparison.</param>
internal sealed record BreakdownRow(
    string Key, string Name, string? Detail, string? Page, string? Filter, Measures Sum, long? Tasks, Measures? Before);

/// <summary>All usage of the window by one thing.</summary>
/// <param name="Id">Of the table in the page and in addresses.</param>
/// <param name="Title">What the rows are.</param>
/// <param name="Rows">All of them, in order.</param>
internal sealed record Breakdown(string Id, string Title, IReadOnlyList<BreakdownRow> Rows)
{
    public Measures Total => Rows.Aggregate(default(Measures), (sum, row) => sum + row.Sum);

    public bool CountsTasks => Rows.Any(row => row.Tasks is not null);
}
