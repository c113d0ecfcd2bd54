using System.ComponentModel.DataAnnotations;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;

namespace Usage.Engine;

/// <summary>Every setting of the engine. The defaults suit a production host.</summary>
public sealed class UsageEngineOptions
{
    /// <summary>The configuration section that hosts bind by convention: <c>Usage</c>.</summary>
    public const string SectionName = "Usage";

    /// <summary>
    /// The service key of an <c>NpgsqlDataSource</c> from which reports are read, such as that of a physical standby: <c>usage-reports</c>. It must map
    /// NodaTime types.
    /// </summary>
    public const string ReportsDataSourceKey = "usage-reports";

    /// <summary>
    /// Npgsql connection string of the application's database. If set, the engine creates its own data source, and so its own
    /// connection pool, even if the host registers one. Default: null, which uses the <c>NpgsqlDataSource</c> that the host
    /// registers; it must map NodaTime types, and usage recorded in a <c>TransactionScope</c> shares the host's connection. Must
    /// not be blank, and is required if no data source is registered.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Npgsql connection string of the same database on a physical standby, from which reports and exports are then read; the primary is read while it
    /// does not serve. Default: null, which uses the <c>NpgsqlDataSource</c> that the host registers with the key
    /// <see cref="ReportsDataSourceKey"/>, or the primary if there is none. Must not be blank. A host does not start if it leads to another database, or to a
    /// server that is neither a standby nor the primary itself.
    /// </summary>
    public string? ReportsConnectionString { get; set; }

    /// <summary>
    /// Longest wait for the standby: to answer, and to replay what a report that is <c>fresh</c> must contain. Then the primary is read. Default: 1 s;
    /// 10 ms to 30 s.
    /// </summary>
    [DurationRange("00:00:00.010", "00:00:30")]
    public TimeSpan StandbyWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Lag up to which the standby serves reports that are not <c>fresh</c>; further behind, the primary is read and health is degraded. Never more than
    /// <see cref="ReportFreshness"/>. Default: 1 min; 1 s to 1 day.
    /// </summary>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan StandbyMaxLag { get; set; } = TimeSpan.FromMinutes(1);

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

    /// <summary>Whether the first host that starts on a new schema marks all history for backfill. Default: true.</summary>
    public bool AutoBackfill { get; set; } = true;

    /// <summary>Pause between two looks for marks on an idle system. Default: 100 ms; 10 ms to 10 s.</summary>
    [DurationRange("00:00:00.010", "00:00:10")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Share of one connection's time spent on draining live marks. Default: 0.5; 0.01 to 1.</summary>
    [Range(0.01, 1.0)]
    public double MaxDuty { get; set; } = 0.5;

    /// <summary>Share of one connection's time spent on draining backfill marks. Default: 0.5; 0.01 to 1.</summary>
    [Range(0.01, 1.0)]
    public double BackfillDuty { get; set; } = 0.5;

    /// <summary>
    /// Target number of usage rows per drain transaction. An hour is never split. Default: 60,000; 100 to 1,000,000.
    /// </summary>
    [Range(100, 1_000_000)]
    public int TargetRowsPerBatch { get; set; } = 60_000;

    /// <summary>Maximum number of hours per drain transaction. Default: 256; 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int MaxHoursPerBatch { get; set; } = 256;

    /// <summary>First wait after a failure; doubles up to <see cref="MaxBackoff"/>. Default: 1 s; 1 ms to 1 h.</summary>
    [DurationRange("00:00:00.001", "01:00:00")]
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait after repeated failures. Default: 5 min; 1 ms to 1 day.</summary>
    [DurationRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Time after which the drain transaction of an unresponsive host is ended, which releases its hours. Default: 30 s; 1 s to 1
    /// h.
    /// </summary>
    [DurationRange("00:00:01", "01:00:00")]
    public TimeSpan SilentHostTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Source of reports that don't choose one. Default: <see cref="ReportMode.Auto"/>.</summary>
    [EnumDataType(typeof(ReportMode))]
    public ReportMode ReportMode { get; set; } = ReportMode.Auto;

    /// <summary>
    /// Age of a live mark up to which <see cref="ReportMode.Auto"/> treats the buckets of its hour as fresh; capped at 10 s while
    /// no replica drains. Default: 5 min; 0 to 1 day.
    /// </summary>
    [DurationRange("00:00:00", "1.00:00:00")]
    public TimeSpan ReportFreshness { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Maximum number of reports that this process reads concurrently; each takes a connection and some server memory. A long one takes the
    /// place of two while there is room. Capped at half the connection pool. Default: the number of processors; 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int MaxConcurrentReports { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Maximum number of queued reports; further ones fail with <see cref="ReportsBusyException"/>. Default: 100; 0 to 100,000.
    /// </summary>
    [Range(0, 100_000)]
    public int MaxWaitingReports { get; set; } = 100;

    /// <summary>Longest wait of a report for its turn, then it is refused. Default: 5 s; 10 ms to 10 min.</summary>
    [DurationRange("00:00:00.010", "00:10:00")]
    public TimeSpan ReportWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Age of the last heartbeat from which status and health treat a background loop as dead. A loop sends a heartbeat every
    /// second. Default: 15 s; 2 s to 1 h.
    /// </summary>
    [DurationRange("00:00:02", "01:00:00")]
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Whether the recorder accepts usage of frozen hours, which is stored and listed, and in no report. Default: <see cref="LateUsage.Accept"/>.
    /// </summary>
    [EnumDataType(typeof(LateUsage))]
    public LateUsage LateUsage { get; set; } = LateUsage.Accept;

    /// <summary>
    /// Interval at which one of the replicas verifies all history, marks what drifted, and records the result. Reads every usage row, so
    /// choose a quiet rhythm, such as a day. Default: null, never; 1 min to 365 days.
    /// </summary>
    [DurationRange("00:01:00", "365.00:00:00")]
    public TimeSpan? VerifyEvery { get; set; }

    /// <summary>
    /// Age of the oldest live mark from which health is degraded: the loops don't keep up. Default: 2 min; 1 s to 1 day.
    /// </summary>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan HealthMarkAge { get; set; } = TimeSpan.FromMinutes(2);
}
