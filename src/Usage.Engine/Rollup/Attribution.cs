namespace Usage.Engine.Rollup;

/// <summary>Whom a task's usage is counted for. The workspace is that of the task's agent.</summary>
internal readonly record struct Attribution(Guid AgentId, Guid WorkspaceId, Guid? RuntimeId, Guid? ProjectId);
