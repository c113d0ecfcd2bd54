using Usage.Benchmarks.Running;

namespace Usage.Benchmarks.Scale;

/// <summary>The measurements of one size.</summary>
internal sealed record SizeFigures(
    int Rows, Series BackfillTime, Series BackfillPeak, Series RawSize, Series RollupSize, Series Ingest, Series Freshness, IReadOnlyList<Series> Reads,
    Series HostPeak, Series VerifyTime, long Drift)
{
    public IEnumerable<Series> AllSeries =>
        [BackfillTime, BackfillPeak, RawSize, RollupSize, Ingest, Freshness, .. Reads, HostPeak, VerifyTime];
}
