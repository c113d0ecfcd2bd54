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

    /// <summary>The window; null when a parameter is refused.</summary>
    public static ReportWindow? Window(ParameterCheck check, WindowRequest asked, WindowLimits limits, Instant now, DateTimeZone zone)
    {
        var days = check.Number("days", asked.Days, 1, limits.MaxDays);
        var comparison = check.Value<WindowComparison>("compare", asked.Compare, Comparison, "must be previous, previous-year or none");
        var from = check.Value<LocalDate>("from", asked.From, Date, DateRule);
        var to = check.Value<LocalDate>("to", asked.To, Date, DateRule);
        CheckTogether(check, asked);
        CheckSpan(check, asked, limits, from, to);
        if (check.Problems.Count > 0)
        {
            return null;
        }

        var window = from is { } first && to is { } last
            ? ReportWindow.Between(first, last, zone)
            : ReportWindow.LastDays(days ?? limits.DefaultDays, now, zone);
        return window.ComparedBy(comparison ?? WindowComparison.None);
    }

    public static ReportFilter Filter(ParameterCheck check, WorkspaceRequest asked) => TasksFilter(check, asked) with
    {
        Provider = check.Name("provider", asked.Provider, 0),
        Model = check.Name("model", asked.Model, 1),
    };

    public static ReportFilter TasksFilter(ParameterCheck check, TasksRequest asked) => new(
        asked.ProjectId is "none" ? null : check.Id("project_id", asked.ProjectId, "must be a GUID, or none"),
        asked.ProjectId is "none",
        asked.AgentId is "other" ? null : check.Id("agent_id", asked.AgentId, "must be a GUID, or other"))
    {
        OtherAgents = asked.AgentId is "other",
        RuntimeId = asked.RuntimeId is "none" ? null : check.Id("runtime_id", asked.RuntimeId, "must be a GUID, or none"),
        WithoutRuntime = asked.RuntimeId is "none",
    };

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

    private static void CheckSpan(ParameterCheck check, WindowRequest asked, WindowLimits limits, LocalDate? from, LocalDate? to)
    {
        if (to < from)
        {
            check.Refuse("to", asked.To, $"must not be before from, {asked.From}");
        }
        else if (from is { } first && to is { } last && Period.DaysBetween(first, last) >= limits.MaxSpanDays)
        {
            check.Refuse("to", asked.To, $"must be within {limits.MaxSpanDays} days from {asked.From}, both included");
        }
    }

    private static WindowComparison? Comparison(string text) => text switch
    {
        "none" => WindowComparison.None,
        "previous" => WindowComparison.Previous,
        "previous-year" => WindowComparison.PreviousYear,
        _ => null,
    };

    private static LocalDate? Date(string text) =>
        LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var date } && date >= FirstDate && date <= LastDate ? date : null;
}
