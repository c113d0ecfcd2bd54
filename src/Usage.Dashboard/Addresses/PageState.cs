using NodaTime;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Addresses;

/// <summary>
/// The complete state of an analysis page. It is stored in the page's address: <see cref="StateQuery"/> formats and parses it.
/// </summary>
internal sealed record PageState
{
    public static PageState Default { get; } = new();

    /// <summary>Id of the page's subject.</summary>
    public Guid? Id { get; init; }

    public WindowChoice Window { get; init; } = WindowChoice.Default;

    /// <summary>IANA zone; null for the viewer's own.</summary>
    public string? Zone { get; init; }

    public Comparison Comparison { get; init; }

    public Guid? Project { get; init; }

    /// <summary>Only usage that belongs to no project.</summary>
    public bool WithoutProject { get; init; }

    public Guid? Agent { get; init; }

    /// <summary>Only usage of agents that the viewer may not see, together.</summary>
    public bool OtherAgents { get; init; }

    public Guid? Runtime { get; init; }

    /// <summary>Only usage of tasks that belong to no runtime.</summary>
    public bool WithoutRuntime { get; init; }

    /// <summary>May be empty: usage whose writer named none.</summary>
    public string? Provider { get; init; }

    public string? Model { get; init; }

    public Measure Measure { get; init; }

    public Grouping Grouping { get; init; }

    /// <summary>Null to choose by the length of the window.</summary>
    public Grain? Grain { get; init; }

    /// <summary>The table and column to sort by, such as <c>agents.tokens</c>; null for cost, descending.</summary>
    public string? Sort { get; init; }

    /// <summary>Whether tables show all rows instead of the first ten.</summary>
    public bool All { get; init; }

    public ReportFilter Filter => new(Project, WithoutProject, Agent, Provider, Model)
    {
        OtherAgents = OtherAgents,
        RuntimeId = Runtime,
        WithoutRuntime = WithoutRuntime,
    };

    public bool IsFiltered => Filter != ReportFilter.None;

    public PageState WithoutFilters => this with
    {
        Project = null, WithoutProject = false, Agent = null, OtherAgents = false, Runtime = null, WithoutRuntime = false, Provider = null, Model = null,
    };

    /// <summary>The state that carries over to another subject's page: window, zone, comparison and measure.</summary>
    public PageState Along(Guid? id) => Default with { Id = id, Window = Window, Zone = Zone, Comparison = Comparison, Measure = Measure };

    /// <summary>The same state for a single day.</summary>
    public PageState On(LocalDate day) => this with { Window = new WindowChoice.Between(day, day), Grain = null };
}
