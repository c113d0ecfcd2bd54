using NodaTime;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>Formats the engine's status as text. Normal and empty values are omitted.</summary>
internal static class StatusText
{
    public static IEnumerable<string> Lines(EngineStatus status)
    {
        yield return $"Engine        {Engine(status)}";
        yield return $"History       {(status.Complete ? "complete" : "not backfilled yet")}";
        yield return $"Pending       {Quantity.List((status.PendingLive, "live mark[s]"), (status.PendingBackfill, "backfill mark[s]"))}, "
            + $"oldest live {Seconds(status.OldestLiveAge)}";
        yield return $"Last drain    {LastDrain(status)}";
        foreach (var line in Backfill(status.Backfill))
        {
            yield return line;
        }

        if (status.LastError is { } error)
        {
            yield return $"Last error    {status.LastErrorAt}: {error}";
        }

        if (status.RowsOutOfRange > 0)
        {
            yield return $"Out of range  {Quantity.Of(status.RowsOutOfRange, "usage row[s]")} dated before 2000 or after 2100";
        }

        foreach (var trigger in status.BrokenTriggers)
        {
            yield return $"Trigger       {trigger} is missing or disabled";
        }

        foreach (var table in status.ChangedTables)
        {
            yield return $"Table         {table}; run 'usage migrate', which marks everything";
        }

        foreach (var mark in status.SetAside)
        {
            yield return $"Set aside     {Subject(mark)}: {mark.Error} ({Quantity.Of(mark.Attempts, "attempt[s]")}, next at {mark.RetryAt})";
        }

        foreach (var replica in status.Replicas)
        {
            yield return $"Replica       {replica.Name}: "
                + $"{Quantity.List((replica.TotalHours, "hour[s]"), (replica.TotalRows, "usage row[s]"))} since {replica.StartedAt}{Life(replica)}";
        }
    }

    private static string Engine(EngineStatus status) => status switch
    {
        { PausedSince: { } since } => $"paused since {since}",
        { Running: true } => "running",
        { LastHeartbeatAt: { } last } => $"not running: no host drains in the background; last heartbeat at {last}",
        _ => "not running: no host drains in the background",
    };

    private static string Life(ReplicaState replica) => replica switch
    {
        // A command such as drain, which has no background loop.
        { HeartbeatAt: null } => "",
        { Alive: false } => $"; ended, last heartbeat at {replica.HeartbeatAt}",
        { Failures: > 0 } => $"; alive, failed {Quantity.Of(replica.Failures, "time[s]")} in a row",
        _ => "; alive",
    };

    private static string LastDrain(EngineStatus status) => (status.LastDrainStartedAt, status.LastDrainEndedAt) switch
    {
        (null, _) => "none yet",
        ({ } start, { } end) when end >= start =>
            $"{start}, {Seconds(end - start)}, {Quantity.Of(status.LastDrainRows ?? 0, "usage row[s]")}",
        ({ } start, _) => $"{start}, not ended",
    };

    private static IEnumerable<string> Backfill(BackfillState? backfill)
    {
        if (backfill is not null)
        {
            var done = Quantity.Number(backfill.HoursTotal - backfill.HoursPending);
            var end = backfill.CompletedAt is { } completed ? $"completed {completed}" : "in progress";
            yield return $"Backfill      {done} of {Quantity.Of(backfill.HoursTotal, "hour[s]")}, started {backfill.StartedAt}, {end}";
        }
    }

    private static string Subject(SetAsideMark mark) => mark switch
    {
        { BucketHour: { } hour, AgentId: { } agent } => $"hour {hour}, agent {agent}",
        { BucketHour: { } hour } => $"hour {hour}, all agents",
        { TaskId: { } task } => $"task {task}",
        { IssueId: { } issue } => $"issue {issue}",
        { AgentId: { } agent } => $"agent {agent}",
        _ => "everything",
    };

    private static string Seconds(Duration duration) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###} s");
}
