namespace Usage.Engine.Rollup;

/// <summary>The entities that a task's usage is attributed to. The workspace is that of the task's agent.</summary>
internal readonly record struct Attribution(Guid AgentId, Guid WorkspaceId, Guid? RuntimeId, Guid? ProjectId);
