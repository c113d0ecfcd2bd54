using NodaTime;
using Usage.Engine.Reporting;

namespace Usage.Engine.Exporting.Focus;

/// <summary>Writes charges. The billing period is the month of the zone that holds the day.</summary>
internal sealed class FocusWriter(CsvLines lines, ExportContext context, IReadOnlyList<FocusColumn> columns) : ExportWriter
{
    private (LocalDate Month, Instant Start, Instant End)? billing;

    public override async ValueTask WriteAsync(ExportRow row, CancellationToken cancellationToken)
    {
        var (_, start, end) = BillingPeriod(row.Key.Date);
        var name = context.WorkspaceNames.GetValueOrDefault(row.Key.WorkspaceId);
        foreach (var charge in FocusCharges.Of(row))
        {
            FocusLine line = new(charge, start, end, name);
            foreach (var column in columns)
            {
                column.Write(lines, line);
            }

            await lines.EndLineAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask CompleteAsync(CancellationToken cancellationToken) => lines.FlushAsync(cancellationToken);

    private (LocalDate Month, Instant Start, Instant End) BillingPeriod(LocalDate date)
    {
        LocalDate month = new(date.Year, date.Month, 1);
        if (billing is not { } known || known.Month != month)
        {
            billing = known = (
                month, LocalDay.FirstInstant(month, context.Zone), LocalDay.FirstInstant(month.PlusMonths(1), context.Zone));
        }

        return known;
    }
}
