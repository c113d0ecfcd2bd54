using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>
/// The distinct tasks of an hour and attribution that differ: how many each side has, null where it has none. Equal numbers stand for
/// different tasks.
/// </summary>
public sealed record TaskSetDrift(
    Instant BucketHour, Guid WorkspaceId, Guid? RuntimeId, Guid AgentId, Guid? ProjectId, long? RawTasks, long? RollupTasks);
