using System.ComponentModel.DataAnnotations;
using Usage.Engine.Reporting;

namespace Usage.Engine;

/// <summary>Every setting of the engine. The defaults suit a production host.</summary>
public sealed class UsageEngineOptions
{
    /// <summary>The configuration section that hosts bind by convention: <c>Usage</c>.</summary>
    public const string SectionName = "Usage";

    /// <summary>
    /// Connection string of the application's database, in Npgsql's form. The engine then has a data source, and so a pool, of its own,
    /// also where the host registers one. Default: null, and the engine takes the <c>NpgsqlDataSource</c> that the host registers, which
    /// must map NodaTime types; reports recorded in a <c>TransactionScope</c> then share the host's connection. A blank one is refused, and so
    /// is none without a registered data source.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Name of this replica in status, logs and metrics, at most 200 characters. Default: machine name and process id.
    /// </summary>
    [StringLength(200, MinimumLength = 1)]
    public string ReplicaName { get; set; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>Whether this process drains marks in the background. Default: true.</summary>
    public bool DrainInBackground { get; set; } = true;

    /// <summary>Whether migrations are applied when the host starts. Default: false.</summary>
    public bool ApplyMigrations { get; set; }

    /// <summary>
    /// Whether <see cref="ApplyMigrations"/> also creates the application's tables in a database that has none of them.
    /// For demos and tests. Default: false.
    /// </summary>
    public bool CreateApplicationTables { get; set; }

    /// <summary>Whether all history is marked once, by the first host that starts on a new schema. Default: true.</summary>
    public bool AutoBackfill { get; set; } = true;

    /// <summary>Pause between two looks for marks on an idle system. Default: 100 ms; 10 ms to 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Share of one connection's time that draining live marks may take, over 0 to 1. Default: 0.5.</summary>
    [Range(0.01, 1.0)]
    public double MaxDuty { get; set; } = 0.5;

    /// <summary>Share of one connection's time that draining backfill marks may take, over 0 to 1. Default: 0.5.</summary>
    [Range(0.01, 1.0)]
    public double BackfillDuty { get; set; } = 0.5;

    /// <summary>Usage rows that one drain transaction aims at. An hour is never split. Default: 60,000; 100 to 1,000,000.</summary>
    [Range(100, 1_000_000)]
    public int TargetRowsPerBatch { get; set; } = 60_000;

    /// <summary>Hours that one drain transaction takes at most. Default: 256; 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int MaxHoursPerBatch { get; set; } = 256;

    /// <summary>First wait after a failure; doubles up to <see cref="MaxBackoff"/>. Default: 1 s; 1 ms to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait after repeated failures. Default: 5 min; 1 ms to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Time after which PostgreSQL ends a drain transaction whose host has gone silent, which frees its hours.
    /// Default: 30 s; 1 s to 1 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SilentHostTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Where reports come from unless one asks otherwise. Default: <see cref="ReportMode.Auto"/>.</summary>
    [EnumDataType(typeof(ReportMode))]
    public ReportMode ReportMode { get; set; } = ReportMode.Auto;

    /// <summary>
    /// Age up to which a live mark leaves the buckets of its hour fresh for <see cref="ReportMode.Auto"/>; 10 s at most while no replica
    /// drains. Default: 5 min; 0 to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ReportFreshness { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Reports that this process reads at a time; each takes a connection and some of the server's memory. Never more than half of the
    /// connection pool. Default: as many as this machine has cores; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int MaxConcurrentReports { get; set; } = Environment.ProcessorCount;

    /// <summary>Reports that wait for their turn; more are refused with <see cref="ReportsBusyException"/>. Default: 100; 0 to 100,000.</summary>
    [Range(0, 100_000)]
    public int MaxWaitingReports { get; set; } = 100;

    /// <summary>Longest wait of a report for its turn, then it is refused. Default: 5 s; 10 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ReportWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Age of the last sign of life of a background loop, which gives one every second, from which on it counts as ended, in status and
    /// health. Default: 15 s; 2 s to 1 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Age of the oldest live mark from which on health is degraded: the loops run, and do not keep up. Default: 2 min; 1 s to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HealthMarkAge { get; set; } = TimeSpan.FromMinutes(2);
}
