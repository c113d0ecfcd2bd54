using Usage.Engine.Reporting;

namespace Usage.Engine.Exporting;

/// <summary>What is exported.</summary>
/// <param name="Window">The local days, inclusive.</param>
/// <param name="WorkspaceId">The workspace; null exports all.</param>
/// <param name="Grain">The period of a row.</param>
public sealed record ExportRequest(ReportWindow Window, Guid? WorkspaceId = null, ExportGrain Grain = ExportGrain.Day)
{
    /// <summary>The agent id of what <see cref="HiddenAgents"/> used: all zeros.</summary>
    public static Guid OtherAgents => Guid.Empty;

    /// <summary>Agents that the reader of the file may not see: their usage is exported as that of <see cref="OtherAgents"/>. Null: none.</summary>
    public IReadOnlySet<Guid>? HiddenAgents { get; init; }
}
