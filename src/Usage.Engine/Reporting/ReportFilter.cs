namespace Usage.Engine.Reporting;

/// <summary>What a workspace report is narrowed to; every part that is null lets all usage through.</summary>
/// <param name="ProjectId">Usage of this project's issues.</param>
/// <param name="WithoutProject">Usage that belongs to no project. Not together with <paramref name="ProjectId"/>.</param>
/// <param name="AgentId">Usage of this agent's tasks.</param>
/// <param name="Provider">The provider, in any spelling of ASCII case.</param>
/// <param name="Model">The model, as it is spelled.</param>
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

    /// <summary>All usage.</summary>
    public static ReportFilter None { get; } = new();
}
