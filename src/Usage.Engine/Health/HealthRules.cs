using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NodaTime;

namespace Usage.Engine.Health;

/// <summary>
/// What the facts mean. Pure. Without a database or a schema the host can't do its work: unhealthy. All else is degraded: reports are
/// right, from raw rows if need be, and the embedding host must go on serving.
/// </summary>
internal static class HealthRules
{
    /// <summary>One round that fails is tried again within a second or so, and says nothing.</summary>
    public const int FailuresThatCount = 3;

    /// <summary>What is not as it should be, the gravest first; empty when all is well.</summary>
    /// <param name="facts">What was seen.</param>
    /// <param name="heartbeatTimeout">Age from which on a sign of life is old.</param>
    /// <param name="markAge">Age from which on a mark is old.</param>
    public static IReadOnlyList<UsageHealthFinding> Judge(HealthFacts facts, TimeSpan heartbeatTimeout, TimeSpan markAge) =>
        facts.Answer == DatabaseAnswer.Facts
            ? [.. Degraded(facts, Duration.FromTimeSpan(heartbeatTimeout), Duration.FromTimeSpan(markAge))]
            : [Unhealthy(facts)];

    private static UsageHealthFinding Unhealthy(HealthFacts facts)
    {
        var (name, message) = facts.Answer switch
        {
            DatabaseAnswer.None => ("database_unreachable", "The database can't be reached, or does not answer in time."),
            DatabaseAnswer.NoSchema => ("schema_missing", "The schema usage_rollup is missing or older than this program: run the verb migrate."),
            _ => ("database_error", "The database refuses to tell the engine's state: the host's log says why."),
        };
        return new(name, HealthStatus.Unhealthy, message, facts.SqlState is { } state ? Data(("sql_state", state)) : Data());
    }

    private static IEnumerable<UsageHealthFinding> Degraded(HealthFacts facts, Duration heartbeatTimeout, Duration markAge)
    {
        if (facts.BrokenTriggers.Count > 0)
        {
            yield return Finding(
                "trigger_broken", "Triggers are missing or disabled: changes go unmarked. Run the verb migrate, then a backfill.",
                ("triggers", facts.BrokenTriggers));
        }

        if (facts.ReadOnly)
        {
            yield return Finding(
                "database_read_only", "The database takes no writes: nothing is recorded or drained, and reports are as of the last drain or from raw rows.");
        }

        if (facts.PausedFor is { } pausedFor)
        {
            yield return Finding(
                "paused", $"The engine has been paused for {Seconds(pausedFor)}: marks go on collecting.", ("paused_seconds", Number(pausedFor)));
        }

        if (facts.HeartbeatAge is not { } heartbeatAge)
        {
            yield return Finding("heartbeat_missing", "No host has ever drained in the background.");
        }
        else if (heartbeatAge >= heartbeatTimeout)
        {
            yield return Finding(
                "heartbeat_old", $"No host drains in the background: the last sign of one is {Seconds(heartbeatAge)} old.",
                ("heartbeat_age_seconds", Number(heartbeatAge)));
        }

        if (facts.Failures >= FailuresThatCount)
        {
            yield return Finding(
                "drain_failing", $"Draining has failed {Figure(facts.Failures)} times in a row: status tells the error.",
                ("failures", facts.Failures));
        }

        if (facts.OldestLiveAge is { } oldest && oldest >= markAge)
        {
            yield return Finding(
                "marks_old", $"The oldest change that is not drained yet is {Seconds(oldest)} old.", ("oldest_mark_age_seconds", Number(oldest)));
        }

        if (facts.SetAside > 0)
        {
            yield return Finding(
                "set_aside", "Some usage could not be computed and is set aside: status tells what, and the error.",
                ("set_aside", facts.SetAside));
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
