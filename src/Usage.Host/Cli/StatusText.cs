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
        if (Backfill(status.Backfill) is { } backfill)
        {
            yield return $"Backfill      {backfill}";
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

        foreach (var replica in status.Replicas.Where(replica => replica.Alive))
        {
            yield return $"Replica       {replica.Name}: "
                + $"{Figures.Line((replica.TotalHours, "hours"), (replica.TotalRows, "usage rows"))} since {replica.StartedAt}{Trouble(replica)}";
        }

        if (Ended(status) is { } ended)
        {
            yield return $"Ended         {ended}";
        }
    }

    /// <summary>What is set aside, counted; null where nothing is.</summary>
    public static string? SetAside(EngineStatus status) => status.SetAside.Count == 0 ? null : Figures.Line(
    [
        .. new[]
        {
            ((long)status.SetAside.Count(mark => mark is { BucketHour: not null, AgentId: not null }), "agents in an hour"),
            (status.SetAside.Count(mark => mark is { BucketHour: not null, AgentId: null }), "hours"),
            (status.SetAside.Count(mark => mark.BucketHour is null), "tasks, issues or agents"),
        }.Where(counted => counted.Item1 > 0),
    ]);

    /// <summary>Whether marks are drained, and if not, why.</summary>
    public static string Engine(EngineStatus status) => status switch
    {
        { PausedSince: { } since } => $"paused since {since}",
        { Running: true } when Failing(status) is { } failures =>
            $"running, and failing: {Figures.Number(failures)} rounds in a row; the last error tells why",
        { Running: true } => "running",
        { LastHeartbeatAt: { } last } => $"not running: no host drains in the background, the last sign of one was at {last}",
        _ => "not running: no host drains in the background",
    };

    /// <summary>Background loops that have ended, in a line; null where there are none. Each has a row for 7 days.</summary>
    private static string? Ended(EngineStatus status)
    {
        var ended = status.Replicas.Where(replica => replica is { Alive: false, HeartbeatAt: not null }).ToList();
        return ended.Count == 0
            ? null
            : $"{Figures.Number(ended.Count)} background loops of the last 7 days, the last sign at {ended.Max(replica => replica.HeartbeatAt)}; --json lists them";
    }

    /// <summary>Rounds that have failed in a row where no loop succeeds; null otherwise.</summary>
    private static int? Failing(EngineStatus status) =>
        status.Replicas.Where(replica => replica.Alive).Select(replica => replica.Failures).DefaultIfEmpty().Min() is > 0 and var failures
            ? failures
            : null;

    private static string Trouble(ReplicaState replica) =>
        replica.Failures > 0 ? $"; failed {Figures.Number(replica.Failures)} times in a row" : "";

    public static string LastDrain(EngineStatus status) => (status.LastDrainStartedAt, status.LastDrainEndedAt) switch
    {
        (null, _) => "none yet",
        ({ } start, { } end) when end >= start =>
            $"{start}, {Seconds(end - start)}, {Figures.Number(status.LastDrainRows ?? 0)} usage rows",
        ({ } start, _) => $"{start}, not ended",
    };

    /// <summary>How far the newest backfill is; null before the first.</summary>
    public static string? Backfill(BackfillState? backfill)
    {
        if (backfill is null)
        {
            return null;
        }

        var done = Figures.Number(backfill.HoursTotal - backfill.HoursPending);
        var end = backfill.CompletedAt is { } completed ? $"completed {completed}" : "under way";
        return $"{done} of {Figures.Number(backfill.HoursTotal)} hours, started {backfill.StartedAt}, {end}";
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

    public static string Seconds(Duration duration) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###} s");
}
