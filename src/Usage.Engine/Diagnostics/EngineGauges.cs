using System.Diagnostics.Metrics;

namespace Usage.Engine.Diagnostics;

/// <summary>
/// The gauges. Each replica shows the same figures, those of the database: take the maximum over replicas, never the sum. While they can't
/// be read they show nothing, rather than what was.
/// </summary>
internal sealed class EngineGauges
{
    private readonly Instrument[] instruments;
    private volatile GaugeFigures? figures;

    public EngineGauges(Meter meter) => instruments =
    [
        meter.CreateObservableGauge(
            "usage.marks.pending",
            () => Show<long>(now => [Tagged(now.PendingLive, "usage.origin", "live"), Tagged(now.PendingBackfill, "usage.origin", "backfill")]),
            "{mark}", "Marks that are not drained."),
        meter.CreateObservableGauge(
            "usage.marks.oldest_age", () => Show<double>(now => [new(now.OldestLiveSeconds)]), "s",
            "Age of the oldest live mark; 0 when there is none."),
        meter.CreateObservableGauge(
            "usage.set_aside",
            () => Show<long>(now =>
            [
                Tagged(now.SetAsideAgents, "usage.unit", "agent"), Tagged(now.SetAsideHours, "usage.unit", "hour"),
                Tagged(now.SetAsideEntities, "usage.unit", "entity"),
            ]),
            "{unit}", "Agents in an hour, hours, and entities that could not be computed and wait for their retry."),
        meter.CreateObservableGauge(
            "usage.backfill.remaining", () => Show<long>(now => [new(now.BackfillHours)]), "{hour}",
            "Hours that backfill and repair have yet to recompute."),
        meter.CreateObservableGauge(
            "usage.replicas.alive", () => Show<long>(now => [new(now.ReplicasAlive)]), "{replica}",
            "Background loops with a recent heartbeat."),
        meter.CreateObservableGauge(
            "usage.triggers.broken", () => Show<long>(now => [new(now.BrokenTriggers)]), "{trigger}",
            "Triggers that are missing or disabled, so that changes go unmarked."),
        meter.CreateObservableGauge(
            "usage.paused", () => Show<long>(now => [new(now.Paused ? 1 : 0)]), null, "1 while the engine is paused, else 0."),
        meter.CreateObservableGauge(
            "usage.verify.drift", () => Show<long>(now => now.VerifiedDrift is { } drift ? [new(drift)] : []), "{bucket}",
            "Buckets and sets of tasks that the last verification of all history found to differ."),
        meter.CreateObservableGauge(
            "usage.verify.age", () => Show<double>(now => now.VerifiedSeconds is { } age ? [new(age)] : []), "s",
            "Time since a verification of all history completed."),
        meter.CreateObservableGauge(
            "usage.late", () => Show<long>(now => [new(now.LateRows)]), "{row}", "Usage rows that were written after their hour was frozen, and are in no report."),
    ];

    /// <summary>Whether anybody listens: only then are the figures worth reading.</summary>
    public bool Wanted => instruments.Any(instrument => instrument.Enabled);

    /// <summary>Shows these from now on; null shows nothing.</summary>
    public void Set(GaugeFigures? now) => figures = now;

    private Measurement<T>[] Show<T>(Func<GaugeFigures, Measurement<T>[]> measure)
        where T : struct => figures is { } now ? measure(now) : [];

    private static Measurement<long> Tagged(long value, string tag, string of) => new(value, new KeyValuePair<string, object?>(tag, of));
}
