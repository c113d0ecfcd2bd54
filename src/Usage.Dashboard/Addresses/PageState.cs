using NodaTime;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Addresses;

/// <summary>All that an analysis page is asked for. It is the page's address: <see cref="StateQuery"/> writes and reads it.</summary>
internal sealed record PageState
{
    public static PageState Default { get; } = new();

    /// <summary>What the page is about.</summary>
    public Guid? Id { get; init; }

    public WindowChoice Window { get; init; } = WindowChoice.Default;

    /// <summary>An IANA zone; null for the viewer's own.</summary>
    public string? Zone { get; init; }

    public Comparison Comparison { get; init; }

    public Guid? Project { get; init; }

    /// <summary>Only usage that belongs to no project.</summary>
    public bool WithoutProject { get; init; }

    public Guid? Agent { get; init; }

    /// <summary>May be empty: usage whose writer named none.</summary>
    public string? Provider { get; init; }

    public string? Model { get; init; }

    public Measure Measure { get; init; }

    public Grouping Grouping { get; init; }

    /// <summary>Null for what fits the window.</summary>
    public Grain? Grain { get; init; }

    /// <summary>The table and column that rows are ordered by, such as <c>agents.tokens</c>; null for cost, the most first.</summary>
    public string? Sort { get; init; }

    /// <summary>Whether tables show all their rows, not the first ten.</summary>
    public bool All { get; init; }

    public ReportFilter Filter => new(Project, WithoutProject, Agent, Provider, Model);

    public bool IsFiltered => Filter != ReportFilter.None;

    public PageState WithoutFilters => this with { Project = null, WithoutProject = false, Agent = null, Provider = null, Model = null };

    /// <summary>What a page about something else takes along: window, zone, comparison and measure.</summary>
    public PageState Along(Guid? id) => Default with { Id = id, Window = Window, Zone = Zone, Comparison = Comparison, Measure = Measure };

    /// <summary>One day of the window.</summary>
    public PageState On(LocalDate day) => this with { Window = new WindowChoice.Between(day, day), Grain = null };
}
