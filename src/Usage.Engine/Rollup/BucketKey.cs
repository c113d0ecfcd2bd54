namespace Usage.Engine.Rollup;

/// <summary>The key of a bucket. The workspace is that of the task's agent; the provider is lower-cased.</summary>
internal readonly record struct BucketKey(
    HourBucket Hour, Guid WorkspaceId, Guid? RuntimeId, Guid AgentId, Guid? ProjectId, string Provider, string Model);
