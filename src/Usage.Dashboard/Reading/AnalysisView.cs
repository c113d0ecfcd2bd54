using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>Why a page shows no usage.</summary>
internal enum Emptiness
{
    /// <summary>It shows some.</summary>
    None,

    /// <summary>The workspace never had any.</summary>
    NeverAny,

    /// <summary>None in this window.</summary>
    NoneInWindow,

    /// <summary>None that the filters let through.</summary>
    NoneForFilters,
}

/// <summary>The window that a page's figures are compared with.</summary>
internal sealed record Earlier(ReportWindow Window, Measures Total);

/// <summary>The names of what a page is filtered by.</summary>
internal sealed class FilterNames(IReadOnlyDictionary<Dimension, string> names)
{
    /// <summary>The name of the only entity of a dimension; null for all.</summary>
    public string? Of(Dimension dimension) => names.GetValueOrDefault(dimension);
}

/// <summary>All that an analysis page shows.</summary>
internal sealed record AnalysisView
{
    public required Subject Subject { get; init; }

    public required PageState State { get; init; }

    public required Instant Now { get; init; }

    public required ReportWindow Window { get; init; }

    /// <summary>All of it, with the distinct tasks.</summary>
    public required Measures Total { get; init; }

    public required Earlier? Earlier { get; init; }

    /// <summary>By day of the window, oldest first.</summary>
    public required IReadOnlyList<(LocalDate Date, Measures Sum)> Days { get; init; }

    public required Trend Trend { get; init; }

    public required IReadOnlyList<Breakdown> Breakdowns { get; init; }

    public required WeekHours When { get; init; }

    /// <summary>How tasks ended; null on a page of only one provider or model.</summary>
    public required Outcomes? Outcomes { get; init; }

    /// <summary>Task starts by hour of the local clock; of runtimes only.</summary>
    public required IReadOnlyList<HourActivity>? Activity { get; init; }

    public required IReadOnlyList<UnpricedModel> Unpriced { get; init; }

    public required decimal CacheSaving { get; init; }

    public required Freshness Freshness { get; init; }

    public required Emptiness Emptiness { get; init; }

    public required FilterNames FilterNames { get; init; }

    public string Page => StateQuery.Word(Subject.Kind);

    /// <summary>What the week shows: no report tells the hours of tasks in it.</summary>
    public Measure WeekMeasure => WeekMeasureOf(State.Measure);

    public static Measure WeekMeasureOf(Measure measure) => measure == Measure.Tasks ? Measure.Tokens : measure;

    public DateTimeZone Zone => Window.Zone;

    public Breakdown? Table(string id) => Breakdowns.FirstOrDefault(breakdown => breakdown.Id == id);
}
