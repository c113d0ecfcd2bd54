using NodaTime;
using NodaTime.Text;
using Usage.Engine.Reporting;

namespace Usage.AspNetCore.Parameters;

/// <summary>Validates window and filter parameters. Pure.</summary>
internal static class WindowParameters
{
    // The local dates that, in some zone, overlap the years 2000 to 2100 in UTC.
    private static readonly LocalDate FirstDate = new(1999, 12, 31);
    private static readonly LocalDate LastDate = new(2101, 1, 1);

    private static readonly string DateRule = $"must be a date such as 2026-01-31, from {FirstDate:R} to {LastDate:R}";

    /// <summary>The window; null if a parameter is invalid.</summary>
    public static ReportWindow? Window(ParameterCheck check, WindowRequest asked, Instant now, DateTimeZone zone)
    {
        var days = check.Number("days", asked.Days, 1, ReportWindow.MaxDays);
        var from = check.Value<LocalDate>("from", asked.From, Date, DateRule);
        var to = check.Value<LocalDate>("to", asked.To, Date, DateRule);
        CheckTogether(check, asked);
        CheckSpan(check, asked, from, to);
        return check.Problems.Count > 0 ? null
            : from is { } first && to is { } last ? ReportWindow.Between(first, last, zone)
            : ReportWindow.LastDays(days ?? ReportWindow.DefaultDays, now, zone);
    }

    public static ReportFilter Filter(ParameterCheck check, WorkspaceRequest asked) => new(
        asked.ProjectId is "none" ? null : check.Id("project_id", asked.ProjectId, "must be a GUID, or none"),
        asked.ProjectId is "none",
        check.Id("agent_id", asked.AgentId),
        check.Name("provider", asked.Provider, 0),
        check.Name("model", asked.Model, 1));

    private static void CheckTogether(ParameterCheck check, WindowRequest asked)
    {
        if (asked.Days is not null && (asked.From ?? asked.To) is not null)
        {
            check.Refuse("days", asked.Days, "must not be combined with from or to");
        }
        else if (asked.From is not null && asked.To is null)
        {
            check.Refuse("to", null, "must be given with from");
        }
        else if (asked.To is not null && asked.From is null)
        {
            check.Refuse("from", null, "must be given with to");
        }
    }

    private static void CheckSpan(ParameterCheck check, WindowRequest asked, LocalDate? from, LocalDate? to)
    {
        if (to < from)
        {
            check.Refuse("to", asked.To, $"must not be before from, {asked.From}");
        }
        else if (from is { } first && to is { } last && Period.DaysBetween(first, last) >= ReportWindow.MaxSpanDays)
        {
            check.Refuse("to", asked.To, $"must be at most {ReportWindow.MaxSpanDays} days from {asked.From}, both inclusive");
        }
    }

    private static LocalDate? Date(string text) =>
        LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var date } && date >= FirstDate && date <= LastDate ? date : null;
}
