using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>The progress of a backfill, whichever replica drains it.</summary>
public sealed record BackfillState(
    Instant? From, Instant? To, long HoursTotal, long HoursPending, Instant StartedAt, Instant? CompletedAt);
