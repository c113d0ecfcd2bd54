using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>Reads how tasks ended.</summary>
internal sealed class OutcomeReader(SubjectReports own, Subject subject, PageState state, EntityNames names, CancellationToken cancellationToken)
{
    /// <summary>Null on a page of only one provider or model.</summary>
    public async Task<Outcomes?> ReadAsync(ReportWindow window, Grain grain, Instant now)
    {
        if (await own.OutcomesAsync(window).ConfigureAwait(false) is not { } reports)
        {
            return null;
        }

        // There is no report of ended tasks by hour.
        var ofDays = grain == Grain.Hour ? Grain.Day : grain;
        var columns = TrendColumns.Of(window, ofDays, now.InZone(window.Zone));
        SlotPlaces places = new(columns, ofDays);
        var byColumn = reports.Daily.Rows.ToLookup(row => places[new(row.Date)], row => (OutcomeFigures)row);
        List<OutcomeTable> tables = [];
        if (subject.Kind != SubjectKind.Agent)
        {
            tables.Add(await TableAsync(Dimension.Agents, reports.Agents.Rows.Select(row => (row.AgentId, (OutcomeFigures)row))).ConfigureAwait(false));
        }

        if (subject.Kind != SubjectKind.Runtime)
        {
            tables.Add(await TableAsync(Dimension.Runtimes, reports.Runtimes.Rows.Select(row => (row.RuntimeId, (OutcomeFigures)row))).ConfigureAwait(false));
        }

        return new(ofDays, columns, [.. Enumerable.Range(0, columns.Count).Select(index => OutcomeFigures.Sum(byColumn[index]))], tables);
    }

    private async Task<OutcomeTable> TableAsync(Dimension dimension, IEnumerable<(Guid? Id, OutcomeFigures Figures)> rows)
    {
        var all = rows.ToArray();
        var book = await names.OfAsync(dimension.Kind, own.WorkspaceId, all.Where(row => row.Id is not null).Select(row => row.Id!.Value), cancellationToken).ConfigureAwait(false);
        return new(
            $"outcomes-{dimension.Id}", dimension.Title,
            [
                .. from row in all
                   orderby row.Figures.Failed descending, Outcomes.Ended(row.Figures) descending, row.Id
                   let key = row.Id ?? Dimension.NoneKey
                   select new OutcomeRow(
                       dimension.NameOf(key, book), book.Has(key) ? StateQuery.Link(StateQuery.Word(dimension.Kind), state.Along(key)) : null, row.Figures)
            ]);
    }
}
