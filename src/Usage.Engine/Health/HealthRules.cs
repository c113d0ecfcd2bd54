using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NodaTime;
using Usage.Engine.Standby;

namespace Usage.Engine.Health;

/// <summary>
/// Derives health from the facts. Pure. Without a database or schema the host can't work, so it is unhealthy. Everything else is
/// degraded: reports are still correct, from raw rows if necessary, and the embedding host must keep serving.
/// </summary>
internal static class HealthRules
{
    /// <summary>A single failed round is retried within about a second and doesn't count.</summary>
    public const int FailuresThatCount = 3;

    /// <summary>Returns the problems, most severe first; empty if there are none.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="heartbeatTimeout">Age from which a heartbeat is old.</param>
    /// <param name="markAge">Age from which a mark is old.</param>
    /// <param name="verifyEvery">Interval of scheduled verifications; null if there are none.</param>
    public static IReadOnlyList<UsageHealthFinding> Judge(
        HealthFacts facts, TimeSpan heartbeatTimeout, TimeSpan markAge, TimeSpan? verifyEvery = null) =>
        facts.Answer == DatabaseAnswer.Facts
            ?
            [
                .. Degraded(facts, Duration.FromTimeSpan(heartbeatTimeout), Duration.FromTimeSpan(markAge)),
                .. WithoutStandby(facts.Standby),
                .. Unverified(facts, verifyEvery is { } every ? Duration.FromTimeSpan(every) : null),
            ]
            : [Unhealthy(facts)];

    private static UsageHealthFinding Unhealthy(HealthFacts facts)
    {
        var (name, message) = facts.Answer switch
        {
            DatabaseAnswer.None => ("database_unreachable", "The database is unreachable or does not answer in time."),
            DatabaseAnswer.NoSchema => ("schema_missing", "The schema usage_rollup is missing or out of date. Run 'usage migrate'."),
            _ => ("database_error", "The engine's state can't be read from the database. See the host's log."),
        };
        return new(name, HealthStatus.Unhealthy, message, facts.SqlState is { } state ? Data(("sql_state", state)) : Data());
    }

    private static IEnumerable<UsageHealthFinding> Degraded(HealthFacts facts, Duration heartbeatTimeout, Duration markAge)
    {
        if (facts.BrokenTriggers.Count > 0)
        {
            yield return Finding(
                "trigger_broken", "Triggers are missing or disabled, so changes go unmarked. Run 'usage migrate', then a backfill.",
                ("triggers", facts.BrokenTriggers));
        }

        if (facts.ChangedTables.Count > 0)
        {
            yield return Finding(
                "partition_changed", "Partitions were added or removed, which no trigger marks. Run 'usage migrate', or restart a host.",
                ("partitions", facts.ChangedTables));
        }

        if (facts.ReadOnly)
        {
            yield return Finding(
                "database_read_only", "The database takes no writes: nothing is recorded or drained, and reports are as of the last drain or from raw rows.");
        }

        if (facts.PausedFor is { } pausedFor)
        {
            yield return Finding(
                "paused", $"The engine has been paused for {Seconds(pausedFor)}. Changes are still marked.", ("paused_seconds", Number(pausedFor)));
        }

        if (facts.HeartbeatAge is not { } heartbeatAge)
        {
            yield return Finding("heartbeat_missing", "No host has ever drained in the background.");
        }
        else if (heartbeatAge >= heartbeatTimeout)
        {
            yield return Finding(
                "heartbeat_old", $"No host drains in the background. The last heartbeat is {Seconds(heartbeatAge)} old.",
                ("heartbeat_age_seconds", Number(heartbeatAge)));
        }

        if (facts.Failures >= FailuresThatCount)
        {
            yield return Finding(
                "drain_failing", $"Draining has failed {Figure(facts.Failures)} times in a row. Status shows the error.",
                ("failures", facts.Failures));
        }

        if (facts.OldestLiveAge is { } oldest && oldest >= markAge)
        {
            yield return Finding(
                "marks_old", $"The oldest undrained change is {Seconds(oldest)} old.", ("oldest_mark_age_seconds", Number(oldest)));
        }

        if (facts.SetAside > 0)
        {
            yield return Finding(
                "set_aside", "Some usage could not be computed and is set aside. Status shows what, and the error.",
                ("set_aside", facts.SetAside));
        }
    }

    private static IEnumerable<UsageHealthFinding> WithoutStandby(StandbyState? standby)
    {
        if (standby is not { Serves: false, Reason: { } reason })
        {
            yield break;
        }

        var message = $"Reports are read from the primary. {standby.Problem}";
        yield return reason != StandbyFaults.NameOf(StandbyFault.Lagging) ? Finding("standby_unavailable", message, ("reason", reason))
            : standby.Lag is { } lag ? Finding("standby_behind", $"{message} It is {Seconds(lag)} behind.", ("lag_seconds", Number(lag)))
            : Finding("standby_behind", message);
    }

    private static IEnumerable<UsageHealthFinding> Unverified(HealthFacts facts, Duration? verifyEvery)
    {
        if (facts.Drift > 0)
        {
            yield return Finding(
                "drift_found", "The last verification found drift: changes bypassed the triggers. A verification without drift ends this.",
                ("drift", facts.Drift));
        }

        if (verifyEvery * 2 < facts.UnverifiedFor)
        {
            yield return Finding(
                "verify_overdue", $"The last complete verification is {Seconds(facts.UnverifiedFor)} old. Status shows the error, if there was one.",
                ("unverified_seconds", Number(facts.UnverifiedFor)));
        }
    }

    private static UsageHealthFinding Finding(string name, string message, params (string Name, object Value)[] data) =>
        new(name, HealthStatus.Degraded, message, Data(data));

    private static Dictionary<string, object> Data(params (string Name, object Value)[] data) =>
        data.ToDictionary(each => each.Name, each => each.Value);

    private static double Number(Duration duration) => Math.Round(duration.TotalSeconds, 1);

    private static string Seconds(Duration duration) => Number(duration).ToString("0.#", CultureInfo.InvariantCulture) + " s";

    private static string Figure(int number) => number.ToString(CultureInfo.InvariantCulture);
}
