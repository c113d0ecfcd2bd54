using NodaTime;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>The engine's state for people; what is in order and empty is left out.</summary>
internal static class StatusText
{
    public static IEnumerable<string> Lines(EngineStatus status)
    {
        yield return $"Engine        {Engine(status)}";
        yield return $"History       {(status.Complete ? "complete" : "not backfilled yet")}";
        yield return $"Pending       {Figures.Line((status.PendingLive, "live marks"), (status.PendingBackfill, "backfill marks"))}, "
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
            yield return $"Out of range  {Figures.Number(status.RowsOutOfRange)} usage rows, dated before 2000 or after 2100";
        }

        foreach (var trigger in status.BrokenTriggers)
        {
            yield return $"Trigger       {trigger} is missing or disabled";
        }

        foreach (var table in status.ChangedTables)
        {
            yield return $"Table         {table}; run the verb migrate, which marks everything";
        }

        foreach (var mark in status.SetAside)
        {
            yield return $"Set aside     {Subject(mark)}: {mark.Error} ({mark.Attempts} attempts, next at {mark.RetryAt})";
        }

        foreach (var replica in status.Replicas)
        {
            yield return $"Replica       {replica.Name}: "
                + $"{Figures.Line((replica.TotalHours, "hours"), (replica.TotalRows, "usage rows"))} since {replica.StartedAt}{Life(replica)}";
        }
    }

    private static string Engine(EngineStatus status) => status switch
    {
        { PausedSince: { } since } => $"paused since {since}",
        { Running: true } => "running",
        { LastHeartbeatAt: { } last } => $"not running: no host drains in the background, the last sign of one was at {last}",
        _ => "not running: no host drains in the background",
    };

    private static string Life(ReplicaState replica) => replica switch
    {
        // A verb such as drain, which has no loop.
        { HeartbeatAt: null } => "",
        { Alive: false } => $"; ended, last sign at {replica.HeartbeatAt}",
        { Failures: > 0 } => $"; alive, failed {Figures.Number(replica.Failures)} times in a row",
        _ => "; alive",
    };

    private static string LastDrain(EngineStatus status) => (status.LastDrainStartedAt, status.LastDrainEndedAt) switch
    {
        (null, _) => "none yet",
        ({ } start, { } end) when end >= start =>
            $"{start}, {Seconds(end - start)}, {Figures.Number(status.LastDrainRows ?? 0)} usage rows",
        ({ } start, _) => $"{start}, not ended",
    };

    private static IEnumerable<string> Backfill(BackfillState? backfill)
    {
        if (backfill is not null)
        {
            var done = Figures.Number(backfill.HoursTotal - backfill.HoursPending);
            var end = backfill.CompletedAt is { } completed ? $"completed {completed}" : "under way";
            yield return $"Backfill      {done} of {Figures.Number(backfill.HoursTotal)} hours, started {backfill.StartedAt}, {end}";
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
