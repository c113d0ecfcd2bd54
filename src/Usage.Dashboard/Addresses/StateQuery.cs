using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using NodaTime;
using NodaTime.Text;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Addresses;

/// <summary>Formats a page's state as a query string, and parses it. Default values are omitted.</summary>
internal static class StateQuery
{
    /// <summary>Means "any" in a form, where an empty field is a value.</summary>
    public const string Any = "*";

    /// <summary>Stands for usage without a project or a runtime.</summary>
    public const string None = "none";

    /// <summary>Stands for all agents that the viewer may not see.</summary>
    public const string Other = "other";

    /// <summary>A page's address, relative to any other page of the dashboard.</summary>
    public static string Link(string page, PageState state) => $"./{page}{Write(state)}";

    /// <summary>The query string with its question mark; empty for the default state.</summary>
    public static string Write(PageState state) =>
        new QueryBuilder(Parameters(state).Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))).ToQueryString().Value ?? "";

    /// <summary>The parameters with non-default values, in a stable order.</summary>
    public static IEnumerable<(string Name, string Value)> Parameters(PageState state)
    {
        if (state.Id is { } id)
        {
            yield return ("id", id.ToString());
        }

        foreach (var parameter in OfWindow(state.Window).Concat(OfFilters(state)).Concat(OfView(state)))
        {
            yield return parameter;
        }
    }

    /// <summary>Parses a query, and reports every invalid parameter.</summary>
    public static StateReading Read(IQueryCollection query)
    {
        QueryReading reading = new(query);
        PageState state = new()
        {
            Id = reading.Id("id"),
            Window = reading.Window(),
            Zone = reading.Zone("tz"),
            Comparison = reading.Choice<Comparison>("compare"),
            WithoutProject = reading.Says("project", None),
            Project = reading.Id("project", None),
            OtherAgents = reading.Says("agent", Other),
            Agent = reading.Id("agent", Other),
            WithoutRuntime = reading.Says("runtime", None),
            Runtime = reading.Id("runtime", None),
            Provider = reading.Name("provider", least: 0),
            Model = reading.Name("model", least: 1),
            Measure = reading.Choice<Measure>("measure"),
            Grouping = reading.Choice<Grouping>("by"),
            Grain = reading.Text("grain") is null ? null : reading.Choice<Grain>("grain"),
            Sort = reading.Sort("sort"),
            All = reading.Text("all") == "true",
        };
        return new(state, reading.Problems);
    }

    private static IEnumerable<(string, string)> OfWindow(WindowChoice window) => window switch
    {
        WindowChoice.LastDays { Days: ReportWindow.DefaultDays } => [],
        WindowChoice.LastDays last => [("days", last.Days.ToString(CultureInfo.InvariantCulture))],
        WindowChoice.MonthToDate => [("period", "month")],
        WindowChoice.LastMonth => [("period", "last-month")],
        WindowChoice.Between between => [("from", LocalDatePattern.Iso.Format(between.From)), ("to", LocalDatePattern.Iso.Format(between.To))],
        _ => throw new ArgumentOutOfRangeException(nameof(window), window, "An unknown kind of window."),
    };

    private static IEnumerable<(string, string)> OfFilters(PageState state)
    {
        (string Name, string? Value)[] all =
        [
            ("tz", state.Zone),
            ("compare", Unless(state.Comparison)),
            ("project", state.WithoutProject ? None : state.Project?.ToString()),
            ("agent", state.OtherAgents ? Other : state.Agent?.ToString()),
            ("runtime", state.WithoutRuntime ? None : state.Runtime?.ToString()),
            ("provider", state.Provider),
            ("model", state.Model),
        ];
        return all.Where(one => one.Value is not null).Select(one => (one.Name, one.Value!));
    }

    private static IEnumerable<(string, string)> OfView(PageState state)
    {
        (string Name, string? Value)[] all =
        [
            ("measure", Unless(state.Measure)),
            ("by", Unless(state.Grouping)),
            ("grain", state.Grain is { } grain ? Word(grain) : null),
            ("sort", state.Sort),
            ("all", state.All ? "true" : null),
        ];
        return all.Where(one => one.Value is not null).Select(one => (one.Name, one.Value!));
    }

    /// <summary>The name of a value; null for the default.</summary>
    private static string? Unless<T>(T choice)
        where T : struct, Enum => EqualityComparer<T>.Default.Equals(choice, default) ? null : Word(choice);

    public static string Word<T>(T choice)
        where T : struct, Enum => choice.ToString().ToLowerInvariant();
}

/// <summary>A parsed state, and the invalid parameters.</summary>
internal sealed record StateReading(PageState State, IReadOnlyList<QueryProblem> Problems);

/// <summary>An invalid parameter.</summary>
internal sealed record QueryProblem(string Parameter, string? Value, string Rule);
