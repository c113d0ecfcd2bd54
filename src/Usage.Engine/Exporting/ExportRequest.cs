using Usage.Engine.Reporting;

namespace Usage.Engine.Exporting;

/// <summary>What is exported.</summary>
/// <param name="Window">The local days, both included.</param>
/// <param name="WorkspaceId">The workspace; null: all.</param>
/// <param name="Grain">The period that a row is about.</param>
public sealed record ExportRequest(ReportWindow Window, Guid? WorkspaceId = null, ExportGrain Grain = ExportGrain.Day);
