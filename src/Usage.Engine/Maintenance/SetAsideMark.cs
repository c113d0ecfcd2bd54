using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>
/// Something that could not be computed, with its error and the time of the next attempt: an agent's usage in an hour, all usage
/// of an hour if the agent can't be identified, or, without an hour, an entity whose hours could not be found.
/// </summary>
public sealed record SetAsideMark(
    Instant? BucketHour, Guid? TaskId, Guid? IssueId, Guid? AgentId, string Error, int Attempts, Instant FirstFailedAt,
    Instant LastFailedAt, Instant RetryAt);
