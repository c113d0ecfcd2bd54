using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>A bucket that differs. A side is null if it lacks the bucket.</summary>
public sealed record BucketDrift(
    Instant BucketHour, Guid WorkspaceId, Guid? RuntimeId, Guid AgentId, Guid? ProjectId, string Provider, string Model,
    BucketFigures? Raw, BucketFigures? Rollup);
