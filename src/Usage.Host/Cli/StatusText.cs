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
        if (Backfill(status.Backfill) is { } backfill)
        {
            yield return $"Backfill      {backfill}";
        }

        if (Verified(status.Verifications) is { } verified)
        {
            yield return $"Verified      {verified}";
        }

        if (status.FrozenBefore is { } frozen)
        {
            yield return $"Frozen        hours before {frozen}{(status.LateUsage.Rows > 0 ? $"; {Quantity.Of(status.LateUsage.Rows, "usage row[s]")} written there since, in no report" : "")}";
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

        foreach (var replica in status.Replicas.Where(replica => replica.Alive))
        {
            yield return $"Replica       {replica.Name}: "
                + $"{Quantity.List((replica.TotalHours, "hour[s]"), (replica.TotalRows, "usage row[s]"))} since {replica.StartedAt}{Trouble(replica)}";
        }

        if (Ended(status) is { } ended)
        {
            yield return $"Ended         {ended}";
        }
    }

    /// <summary>Counts what is set aside; null if nothing is.</summary>
    public static string? SetAside(EngineStatus status) => status.SetAside.Count == 0 ? null : Quantity.List(
    [
        .. new[]
        {
            ((long)status.SetAside.Count(mark => mark is { BucketHour: not null, AgentId: not null }), "agent[s] in an hour"),
            (status.SetAside.Count(mark => mark is { BucketHour: not null, AgentId: null }), "hour[s]"),
            (status.SetAside.Count(mark => mark.BucketHour is null), "task[s], issue[s] or agent[s]"),
        }.Where(counted => counted.Item1 > 0),
    ]);

    /// <summary>Whether marks are being drained, and if not, why.</summary>
    public static string Engine(EngineStatus status) => status switch
    {
        { PausedSince: { } since } => $"paused since {since}",
        { Running: true } when Failing(status) is { } failures =>
            $"running, and failing: {Quantity.Of(failures, "round[s]")} in a row; see the last error",
        { Running: true } => "running",
        { LastHeartbeatAt: { } last } => $"not running: no host drains in the background; last heartbeat at {last}",
        _ => "not running: no host drains in the background",
    };

    /// <summary>Summarises ended background loops; null if there are none. Their rows are kept for 7 days.</summary>
    private static string? Ended(EngineStatus status)
    {
        var ended = status.Replicas.Where(replica => replica is { Alive: false, HeartbeatAt: not null }).ToList();
        return ended.Count == 0
            ? null
            : $"{Quantity.Of(ended.Count, "background loop[s]")} of the last 7 days, last heartbeat at {ended.Max(replica => replica.HeartbeatAt)}; --json lists them";
    }

    /// <summary>Consecutive failed rounds if no loop succeeds; otherwise null.</summary>
    private static int? Failing(EngineStatus status) =>
        status.Replicas.Where(replica => replica.Alive).Select(replica => replica.Failures).DefaultIfEmpty().Min() is > 0 and var failures
            ? failures
            : null;

    private static string Trouble(ReplicaState replica) =>
        replica.Failures > 0 ? $"; failed {Quantity.Of(replica.Failures, "time[s]")} in a row" : "";

    public static string LastDrain(EngineStatus status) => (status.LastDrainStartedAt, status.LastDrainEndedAt) switch
    {
        (null, _) => "none yet",
        ({ } start, { } end) when end >= start =>
            $"{start}, {Seconds(end - start)}, {Quantity.Of(status.LastDrainRows ?? 0, "usage row[s]")}",
        ({ } start, _) => $"{start}, not ended",
    };

    /// <summary>The progress of the newest backfill; null before the first.</summary>
    public static string? Backfill(BackfillState? backfill)
    {
        if (backfill is null)
        {
            return null;
        }

        var done = Quantity.Number(backfill.HoursTotal - backfill.HoursPending);
        var end = backfill.CompletedAt is { } completed ? $"completed {completed}" : "in progress";
        return $"{done} of {Quantity.Of(backfill.HoursTotal, "hour[s]")}, started {backfill.StartedAt}, {end}";
    }

    /// <summary>The newest verification of all history; null before the first.</summary>
    private static string? Verified(IReadOnlyList<VerificationState> verifications) => verifications switch
    {
        [] => null,
        [{ Error: { } error } failed, ..] => $"failed {failed.EndedAt}: {error}",
        [{ DriftCount: 0 } clean, ..] => $"{clean.EndedAt}, {Quantity.Of(clean.RawRows, "usage row[s]")}, no drift",
        [var drifted, ..] => $"{drifted.EndedAt}, {Quantity.Of(drifted.DriftCount, "drifted bucket[s]")}, {Quantity.Of(drifted.MarkedHours, "hour[s]")} marked for repair",
    };

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
