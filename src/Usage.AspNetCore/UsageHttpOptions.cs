using System.ComponentModel.DataAnnotations;

namespace Usage.AspNetCore;

/// <summary>
/// Limits of the HTTP endpoints, per process. Limits on concurrent reads and on recordings always apply. <see
/// cref="ReadsPerMinute"/> and <see cref="ConcurrentOperations"/> apply if the host calls <c>UseRateLimiter</c>.
/// </summary>
public sealed class UsageHttpOptions
{
    /// <summary>The configuration section that hosts bind by convention: <c>Usage:Http</c>.</summary>
    public const string SectionName = "Usage:Http";

    /// <summary>Maximum body size for one task's usage, in bytes. Default: 262,144; 1 KiB to 16 MiB.</summary>
    [Range(1_024, 16_777_216)]
    public int MaxReportBytes { get; set; } = 262_144;

    /// <summary>Maximum body size of a batch, in bytes. Default: 2,097,152; 1 KiB to 64 MiB.</summary>
    [Range(1_024, 67_108_864)]
    public int MaxBatchBytes { get; set; } = 2_097_152;

    /// <summary>
    /// Reports per minute and caller: a token bucket that refills continuously. Default: 1,200; 1 to 1,000,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int ReadsPerMinute { get; set; } = 1_200;

    /// <summary>
    /// Maximum number of concurrent reports per caller. A caller is identified by the token's <c>sub</c>, or else by its client
    /// id, its workspaces or its address. Default: 4; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int ConcurrentReadsPerCaller { get; set; } = 4;

    /// <summary>
    /// Maximum number of queued reports per caller, which hold no database connection. Further ones get a 429 with
    /// <c>Retry-After</c>. Default: 32; 0 to 10,000.
    /// </summary>
    [Range(0, 10_000)]
    public int WaitingReadsPerCaller { get; set; } = 32;

    /// <summary>
    /// Maximum number of concurrent reports with <c>fresh=true</c> per caller; each can start a drain. Further ones are queued.
    /// Default: 2; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int ConcurrentFreshReadsPerCaller { get; set; } = 2;

    /// <summary>
    /// Maximum number of concurrent reports of all callers. Capped at half the connection pool, to leave connections for
    /// recording and draining. Default: 16; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int ConcurrentReads { get; set; } = 16;

    /// <summary>
    /// Maximum number of queued reports of all callers, which hold no database connection. Further ones get a 503 with
    /// <c>Retry-After</c>. Default: 200; 0 to 100,000.
    /// </summary>
    [Range(0, 100_000)]
    public int WaitingReads { get; set; } = 200;

    /// <summary>
    /// Longest time a report is queued before it gets a 429 (the caller's limit is exhausted) or a 503 (the total is). Default: 5
    /// s; 10 ms to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan LongestReadWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Maximum number of recordings written concurrently, so that a burst can't take every database connection. Further ones
    /// wait. Default: 16; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int ConcurrentRecordings { get; set; } = 16;

    /// <summary>
    /// Maximum number of recordings of one caller written concurrently, which leaves room for others. Default: 12; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int ConcurrentRecordingsPerCaller { get; set; } = 12;

    /// <summary>
    /// Maximum number of recordings of one caller that are being received, queued or written; further ones get a 429. Together
    /// with the body size, this bounds the memory that a caller can use. Default: 256; 1 to 100,000.
    /// </summary>
    [Range(1, 100_000)]
    public int OpenRecordingsPerCaller { get; set; } = 256;

    /// <summary>Time limit for receiving the body of a recording. Default: 10 s; 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Maximum number of concurrent operating requests (drain, backfill, verify and so on); further ones get a 429. Default: 4; 1
    /// to 100.
    /// </summary>
    [Range(1, 100)]
    public int ConcurrentOperations { get; set; } = 4;
}
