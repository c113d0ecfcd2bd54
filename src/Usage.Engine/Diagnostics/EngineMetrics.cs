using System.Diagnostics;
using System.Diagnostics.Metrics;
using NodaTime;
using Usage.Engine.Database;

namespace Usage.Engine.Diagnostics;

/// <summary>The engine's instruments, on the meter <c>Usage.Engine</c>. No tag has unbounded values.</summary>
internal sealed class EngineMetrics
{
    /// <summary>Why work failed: an SQLSTATE or the name of an exception.</summary>
    public const string ErrorTag = "error.type";

    /// <summary>Which of a host's engines: its key.</summary>
    public const string EngineTag = "usage.engine";

    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private static readonly InstrumentAdvice<double> Ages = new()
    {
        HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600],
    };

    private readonly Counter<long> hours;
    private readonly Counter<long> marks;
    private readonly Counter<long> rows;
    private readonly Counter<long> buckets;
    private readonly Counter<long> setAside;
    private readonly Histogram<double> drainDuration;
    private readonly Histogram<double> freshness;
    private readonly Counter<long> fallbacks;

    /// <param name="meters">Makes the meter.</param>
    /// <param name="key">The engine's key, a tag of the meter; null if it has none.</param>
    public EngineMetrics(IMeterFactory meters, string? key = null)
    {
        var meter = meters.Create(new MeterOptions("Usage.Engine") { Tags = key is null ? null : [new(EngineTag, key)] });
        hours = meter.CreateCounter<long>("usage.drain.hours", "{hour}", "Hours recomputed.");
        marks = meter.CreateCounter<long>("usage.drain.marks", "{mark}", "Marks taken.");
        rows = meter.CreateCounter<long>("usage.drain.rows", "{row}", "Usage rows read.");
        buckets = meter.CreateCounter<long>("usage.drain.buckets", "{bucket}", "Buckets changed.");
        setAside = meter.CreateCounter<long>("usage.drain.set_aside", "{failure}", "Agents in an hour, or hours, that could not be computed.");
        drainDuration = Duration(meter, "usage.drain.duration", "Time from the lock to the commit of a drain, or to its failure.");
        freshness = meter.CreateHistogram(
            "usage.drain.freshness", "s", "Time from a change's commit to its bucket's: of the oldest change in each hour recomputed.",
            advice: Ages);
        ReportDuration = Duration(meter, "usage.report.duration", "Time that a report took, its wait included.");
        RecordingDuration = Duration(meter, "usage.recording.duration", "Time to store a task's usage.");
        fallbacks = meter.CreateCounter<long>(
            "usage.report.fallbacks", "{report}", "Reports read from the primary because the standby could not serve them.");
        Gauges = new(meter);
    }

    /// <summary>What is pending and running, in all replicas together.</summary>
    public EngineGauges Gauges { get; }

    public Histogram<double> ReportDuration { get; }

    public Histogram<double> RecordingDuration { get; }

    public void Drained(long drainedHours, long takenMarks, long readRows, long written, long deleted, TimeSpan elapsed)
    {
        if (drainedHours == 0)
        {
            // Other replicas had all of it.
            return;
        }

        hours.Add(drainedHours);
        marks.Add(takenMarks);
        rows.Add(readRows);
        buckets.Add(written, new KeyValuePair<string, object?>("usage.change", "written"));
        buckets.Add(deleted, new KeyValuePair<string, object?>("usage.change", "deleted"));
        drainDuration.Record(elapsed.TotalSeconds);
    }

    public void DrainFailed(Exception error, TimeSpan elapsed) =>
        drainDuration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(ErrorTag, Failure.TypeOf(error)));

    /// <summary>Says how old the oldest live changes of some hours were when they reached their buckets.</summary>
    /// <param name="agesWhenTaken">Their ages when their marks were taken.</param>
    /// <param name="since">Time from then to the commit.</param>
    public void Fresh(IEnumerable<Duration> agesWhenTaken, TimeSpan since)
    {
        if (freshness.Enabled)
        {
            foreach (var age in agesWhenTaken)
            {
                freshness.Record(Math.Max(0, (age.ToTimeSpan() + since).TotalSeconds));
            }
        }
    }

    public void SetAside(long failures)
    {
        if (failures > 0)
        {
            setAside.Add(failures);
        }
    }

    /// <summary>A report was read from the primary although there is a standby.</summary>
    /// <param name="reason">One of few names.</param>
    public void FellBack(string reason) => fallbacks.Add(1, new KeyValuePair<string, object?>("usage.reason", reason));

    private static Histogram<double> Duration(Meter meter, string name, string description) =>
        meter.CreateHistogram(name, "s", description, advice: Durations);
}
