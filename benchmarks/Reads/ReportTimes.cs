using Usage.Benchmarks.Running;

namespace Usage.Benchmarks.Reads;

/// <summary>What was measured of one report, in milliseconds.</summary>
internal sealed class ReportTimes(ReportQuestion question, long buckets)
{
    private readonly List<double> ratios = [];
    private int stoppedRaw;

    public ReportQuestion Question { get; } = question;

    /// <summary>Buckets that the rollup's answer adds up.</summary>
    public long Buckets { get; } = buckets;

    public List<double> Rollup { get; } = [];

    public List<double> Raw { get; } = [];

    public List<double> Http { get; } = [];

    /// <summary>Raw over rollup, the median of all rounds that had both.</summary>
    public double Ratio => Series.Quantile(ratios, 0.5);

    /// <summary>Whether the raw report was stopped so often that its median is only the least it can be.</summary>
    public bool RawIsLeast => stoppedRaw * 2 > Raw.Count;

    /// <param name="ratio">To the rollup's time just before.</param>
    /// <param name="stopped">Whether it had not ended by then.</param>
    public void AddRaw(double milliseconds, double ratio, bool stopped)
    {
        Raw.Add(milliseconds);
        ratios.Add(ratio);
        stoppedRaw += stopped ? 1 : 0;
    }
}
