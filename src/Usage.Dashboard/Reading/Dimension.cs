using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>
/// A dimension of usage whose entities have their own pages. Entities are identified by id; <see cref="NoneKey"/> represents usage without
/// an entity, or all agents that the viewer may not see.
/// </summary>
/// <param name="Kind">The kind of its entities.</param>
/// <param name="Id">Id of its table in pages and addresses.</param>
/// <param name="Title">Title of its table.</param>
/// <param name="None">Name for usage without an entity.</param>
internal sealed record Dimension(SubjectKind Kind, string Id, string Title, string None)
{
    /// <summary>The key of usage without an entity.</summary>
    public static readonly Guid NoneKey = Guid.Empty;

    public static Dimension Agents { get; } = new(SubjectKind.Agent, "agents", "Agents", "Other agents");

    public static Dimension Projects { get; } = new(SubjectKind.Project, "projects", "Projects", "No project");

    public static Dimension Runtimes { get; } = new(SubjectKind.Runtime, "runtimes", "Runtimes", "No runtime");

    public static IReadOnlyList<Dimension> All { get; } = [Agents, Projects, Runtimes];

    /// <summary>What a stacking is by; null when by something else.</summary>
    public static Dimension? Of(Grouping grouping) => grouping switch
    {
        Grouping.Agent => Agents,
        Grouping.Project => Projects,
        Grouping.Runtime => Runtimes,
        _ => null,
    };

    /// <summary>The stacking by it.</summary>
    public Grouping Grouping => Kind switch
    {
        SubjectKind.Agent => Grouping.Agent,
        SubjectKind.Project => Grouping.Project,
        _ => Grouping.Runtime,
    };

    /// <summary>How an address names an entity in a filter.</summary>
    public string Word(Guid key) => key != NoneKey ? key.ToString() : Kind == SubjectKind.Agent ? StateQuery.Other : StateQuery.None;

    public string NameOf(Guid key, NameBook names) => key == NoneKey ? None : names[key];

    /// <summary>The word of the entity that a page is filtered by; null for all.</summary>
    public string? Chosen(PageState state) => Kind switch
    {
        SubjectKind.Agent => state.OtherAgents ? Word(NoneKey) : state.Agent?.ToString(),
        SubjectKind.Project => state.WithoutProject ? Word(NoneKey) : state.Project?.ToString(),
        _ => state.WithoutRuntime ? Word(NoneKey) : state.Runtime?.ToString(),
    };

    /// <summary>The page filtered by this entity; null removes the filter.</summary>
    public PageState Only(PageState state, Guid? key)
    {
        var (id, isNone) = (key == NoneKey ? null : key, key == NoneKey);
        return Kind switch
        {
            SubjectKind.Agent => state with { Agent = id, OtherAgents = isNone },
            SubjectKind.Project => state with { Project = id, WithoutProject = isNone },
            _ => state with { Runtime = id, WithoutRuntime = isNone },
        };
    }

    /// <summary>The usage of only this entity.</summary>
    public ReportFilter Only(ReportFilter filter, Guid key)
    {
        var (id, isNone) = (key == NoneKey ? (Guid?)null : key, key == NoneKey);
        return Kind switch
        {
            SubjectKind.Agent => filter with { AgentId = id, OtherAgents = isNone },
            SubjectKind.Project => filter with { ProjectId = id, WithoutProject = isNone },
            _ => filter with { RuntimeId = id, WithoutRuntime = isNone },
        };
    }

    /// <summary>The entity that tasks belong to.</summary>
    public Guid KeyOf(TaskSlot tasks) => Kind switch
    {
        SubjectKind.Agent => tasks.AgentId,
        SubjectKind.Project => tasks.ProjectId,
        _ => tasks.RuntimeId,
    } ?? NoneKey;
}
