using System.Text.Json.Serialization;

namespace Usage.Demo;

/// <summary>The final figures of a demo.</summary>
/// <param name="RawRows">Usage rows in the database.</param>
/// <param name="Buckets">Buckets in the rollup.</param>
/// <param name="Drift">Buckets that differ from the GROUP BY of the raw rows.</param>
/// <param name="BackfillSeconds">Time to recompute every hour from its raw rows.</param>
/// <param name="PeakRssMb">Peak memory of this process, in MiB.</param>
internal sealed record DemoResult(
    [property: JsonPropertyName("raw_rows")] long RawRows,
    [property: JsonPropertyName("buckets")] long Buckets,
    [property: JsonPropertyName("drift")] long Drift,
    [property: JsonPropertyName("backfill_seconds")] double BackfillSeconds,
    [property: JsonPropertyName("peak_rss_mb")] long PeakRssMb);
