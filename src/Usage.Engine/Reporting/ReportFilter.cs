namespace Usage.Engine.Reporting;

/// <summary>Filters a workspace report. Null properties don't filter.</summary>
/// <param name="ProjectId">Usage of this project's issues.</param>
/// <param name="WithoutProject">Usage without a project. Can't be combined with <paramref name="ProjectId"/>.</param>
/// <param name="AgentId">Usage of this agent's tasks.</param>
/// <param name="Provider">The provider; ASCII case is ignored.</param>
/// <param name="Model">The model; case-sensitive.</param>
public sealed record ReportFilter(
    Guid? ProjectId = null, bool WithoutProject = false, Guid? AgentId = null, string? Provider = null, string? Model = null)
{
    /// <summary>Usage of tasks that belong to this runtime.</summary>
    public Guid? RuntimeId { get; init; }

    /// <summary>Usage of tasks that belong to no runtime. Not together with <see cref="RuntimeId"/>.</summary>
    public bool WithoutRuntime { get; init; }

    /// <summary>
    /// Usage of all agents that the viewer may not see (<see cref="ReportOptions.HiddenAgents"/>). Not together with <see cref="AgentId"/>.
    /// </summary>
    public bool OtherAgents { get; init; }

    /// <summary>No filter.</summary>
    public static ReportFilter None { get; } = new();
}
