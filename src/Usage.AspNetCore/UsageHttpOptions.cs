using System.ComponentModel.DataAnnotations;

namespace Usage.AspNetCore;

/// <summary>
/// Limits of the HTTP endpoints, each for one host process. Concurrent reads are limited in every host;
/// so are recordings. <see cref="ReadsPerMinute"/> and operations are limited where the host calls <c>UseRateLimiter</c>.
/// </summary>
public sealed class UsageHttpOptions
{
    /// <summary>The configuration section that hosts bind by convention: <c>Usage:Http</c>.</summary>
    public const string SectionName = "Usage:Http";

    /// <summary>Largest body of one task's report, in bytes. Default: 262,144; 1 KiB to 16 MiB.</summary>
    [Range(1_024, 16_777_216)]
    public int MaxReportBytes { get; set; } = 262_144;

    /// <summary>Largest body of a batch, in bytes. Default: 2,097,152; 1 KiB to 64 MiB.</summary>
    [Range(1_024, 67_108_864)]
    public int MaxBatchBytes { get; set; } = 2_097_152;

    /// <summary>
    /// Usage reports that one viewer may read in a minute, in any distribution; after that a few at a time as the minute goes on.
    /// Default: 1,200; 1 to 1,000,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int ReadsPerMinute { get; set; } = 1_200;

    /// <summary>
    /// Usage reports that one caller may read at the same time. A caller is the <c>sub</c> of the token, else the client's address.
    /// Default: 4; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int ConcurrentReadsPerCaller { get; set; } = 4;

    /// <summary>
    /// Further reports of one caller, which wait for their turn without a database connection. Any more get a 429 with
    /// <c>Retry-After</c>. Default: 32; 0 to 10,000.
    /// </summary>
    [Range(0, 10_000)]
    public int WaitingReadsPerCaller { get; set; } = 32;

    /// <summary>
    /// Reports with <c>fresh=true</c>, each of which can start a drain, that one caller may read at the same time. Further ones wait, as
    /// other reports do. Default: 2; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int ConcurrentFreshReadsPerCaller { get; set; } = 2;

    /// <summary>
    /// Usage reports that all callers together may read at the same time. Never more than half of the connections in the data source's
    /// pool, so that recording and draining find one. Default: 16; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int ConcurrentReads { get; set; } = 16;

    /// <summary>
    /// Further reports of all callers, which wait for their turn without a database connection. Any more get a 503 with
    /// <c>Retry-After</c>. Default: 200; 0 to 100,000.
    /// </summary>
    [Range(0, 100_000)]
    public int WaitingReads { get; set; } = 200;

    /// <summary>
    /// How long a report waits for its turn before it gets a 429 (the caller's own reads are the reason) or a 503 (everybody's are).
    /// Default: 5 seconds; 10 milliseconds to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan LongestReadWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Recordings that are written at the same time, so that a burst can't take every database connection; more wait for their turn.
    /// Default: 16; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int ConcurrentRecordings { get; set; } = 16;

    /// <summary>
    /// Of these, how many may be one caller's, so that those of others find room. Default: 12; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int ConcurrentRecordingsPerCaller { get; set; } = 12;

    /// <summary>
    /// Recordings of one caller that are being sent, waiting or being written; those over it are refused. Bounds, with the size of bodies, the
    /// memory that a caller can take. Default: 256; 1 to 100,000.
    /// </summary>
    [Range(1, 100_000)]
    public int OpenRecordingsPerCaller { get; set; } = 256;

    /// <summary>Time in which the body of a recording must have arrived. Default: 10 s; 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Operating requests (drain, backfill, verify and so on) at the same time; more are refused. Default: 4; 1 to 100.</summary>
    [Range(1, 100)]
    public int ConcurrentOperations { get; set; } = 4;
}
