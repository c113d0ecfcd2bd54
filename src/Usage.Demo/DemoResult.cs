using System.Text.Json.Serialization;

namespace Usage.Demo;

/// <summary>The figures that a demo ends with.</summary>
/// <param name="RawRows">Usage rows in the database.</param>
/// <param name="Buckets">Buckets in the rollup.</param>
/// <param name="Drift">Buckets that differ from the GROUP BY of the raw rows.</param>
/// <param name="BackfillSeconds">Time in which every hour was recomputed from its raw rows and compared with the rollup.</param>
/// <param name="PeakRssMb">The most memory that this process has had, in MiB.</param>
internal sealed record DemoResult(
    [property: JsonPropertyName("raw_rows")] long RawRows,
    [property: JsonPropertyName("buckets")] long Buckets,
    [property: JsonPropertyName("drift")] long Drift,
    [property: JsonPropertyName("backfill_seconds")] double BackfillSeconds,
    [property: JsonPropertyName("peak_rss_mb")] long PeakRssMb);
