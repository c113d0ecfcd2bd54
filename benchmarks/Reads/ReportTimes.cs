using Usage.Benchmarks.Running;

namespace Usage.Benchmarks.Reads;

/// <summary>The measurements of one report, in milliseconds.</summary>
internal sealed class ReportTimes(ReportQuestion question, long buckets)
{
    private readonly List<double> ratios = [];
    private int stoppedRaw;

    public ReportQuestion Question { get; } = question;

    /// <summary>Number of buckets that the report aggregates.</summary>
    public long Buckets { get; } = buckets;

    public List<double> Rollup { get; } = [];

    public List<double> Raw { get; } = [];

    public List<double> Http { get; } = [];

    /// <summary>Raw time divided by rollup time, the median of all rounds that measured both.</summary>
    public double Ratio => Series.Quantile(ratios, 0.5);

    /// <summary>Whether the raw report was cancelled so often that its median is only a lower bound.</summary>
    public bool RawIsLeast => stoppedRaw * 2 > Raw.Count;

    /// <param name="ratio">Relative to the preceding rollup time.</param>
    /// <param name="stopped">Whether it was cancelled.</param>
    public void AddRaw(double milliseconds, double ratio, bool stopped)
    {
        Raw.Add(milliseconds);
        ratios.Add(ratio);
        stoppedRaw += stopped ? 1 : 0;
    }
}
