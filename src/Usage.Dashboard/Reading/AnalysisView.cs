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
internal sealed record Earlier(ReportWindow Window, Measures Total, long? Tasks);

/// <summary>The names of what a page is filtered by.</summary>
internal sealed record FilterNames(string? Project, string? Agent);

/// <summary>All that an analysis page shows.</summary>
internal sealed record AnalysisView
{
    public required Subject Subject { get; init; }

    public required PageState State { get; init; }

    public required Instant Now { get; init; }

    public required ReportWindow Window { get; init; }

    public required Measures Total { get; init; }

    /// <summary>Distinct tasks; null where no report counts them.</summary>
    public required long? Tasks { get; init; }

    public required Earlier? Earlier { get; init; }

    /// <summary>By day of the window, oldest first.</summary>
    public required IReadOnlyList<(LocalDate Date, Measures Sum)> Days { get; init; }

    public required Trend Trend { get; init; }

    public required IReadOnlyList<Breakdown> Breakdowns { get; init; }

    public required WeekHours? When { get; init; }

    /// <summary>Task starts by hour of the local clock; of runtimes only.</summary>
    public required IReadOnlyList<HourActivity>? Activity { get; init; }

    public required IReadOnlyList<UnpricedModel> Unpriced { get; init; }

    public required decimal CacheSaving { get; init; }

    public required Freshness Freshness { get; init; }

    public required Emptiness Emptiness { get; init; }

    public required FilterNames FilterNames { get; init; }

    /// <summary>Whether this page can be narrowed down.</summary>
    public required bool CanFilter { get; init; }

    public string Page => Subject.Kind.ToString().ToLowerInvariant();

    public DateTimeZone Zone => Window.Zone;

    public Breakdown? Table(string id) => Breakdowns.FirstOrDefault(breakdown => breakdown.Id == id);
}
