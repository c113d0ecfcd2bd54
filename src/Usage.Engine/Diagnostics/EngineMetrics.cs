using System.Diagnostics.Metrics;

namespace Usage.Engine.Diagnostics;

/// <summary>The engine's instruments, on the meter <c>Usage.Engine</c>.</summary>
internal sealed class EngineMetrics
{
    private readonly Counter<long> hours;
    private readonly Counter<long> marks;
    private readonly Counter<long> rows;
    private readonly Counter<long> buckets;
    private readonly Counter<long> setAside;
    private readonly Histogram<double> duration;

    public EngineMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Usage.Engine");
        hours = meter.CreateCounter<long>("usage.drain.hours", "{hour}", "Hours recomputed.");
        marks = meter.CreateCounter<long>("usage.drain.marks", "{mark}", "Marks taken.");
        rows = meter.CreateCounter<long>("usage.drain.rows", "{row}", "Usage rows read.");
        buckets = meter.CreateCounter<long>("usage.drain.buckets", "{bucket}", "Buckets changed.");
        setAside = meter.CreateCounter<long>("usage.drain.set_aside", "{failure}", "Agents in an hour, or hours, that could not be computed.");
        duration = meter.CreateHistogram<double>("usage.drain.duration", "s", "Time from the lock to the commit of a drain.");
    }

    public void Drained(long drainedHours, long takenMarks, long readRows, long written, long deleted, TimeSpan elapsed)
    {
        hours.Add(drainedHours);
        marks.Add(takenMarks);
        rows.Add(readRows);
        buckets.Add(written, new KeyValuePair<string, object?>("usage.change", "written"));
        buckets.Add(deleted, new KeyValuePair<string, object?>("usage.change", "deleted"));
        duration.Record(elapsed.TotalSeconds);
    }

    public void SetAside(long failures)
    {
        if (failures > 0)
        {
            setAside.Add(failures);
        }
    }
}
