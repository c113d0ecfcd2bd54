using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Engine.Health;
using Usage.Engine.Hosting;
using Usage.Engine.Maintenance;
using Usage.Engine.Marks;
using Usage.Engine.Pricing;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;
using Usage.Engine.Schema;
using Usage.Engine.Standby;

namespace Usage.Engine;

/// <summary>An engine's object graph, one per database. Keeps the engine's internals out of the host's service collection.</summary>
internal sealed class EngineParts
{
    public EngineParts(
        NpgsqlDataSource database, IOptions<UsageEngineOptions> options, TimeProvider time, ILoggerFactory loggers, EngineMetrics metrics,
        IDrainObserver? observer = null, Func<NpgsqlConnection, CancellationToken, Task<CostEstimate>>? prices = null, NpgsqlDataSource? standby = null,
        string? key = null)
    {
        observer ??= new EngineTracing();
        EngineLog log = new(loggers, key);
        ReportDatabase = new(database, standby, options, time, metrics, log);
        SetAsideMarks setAside = new(database, options, log);
        DrainSession session = new(options);
        MarkExpander expander = new(database, setAside, session, observer);
        Drainer drainer = new(database, session, new SetAsideAgents(options, log), observer, metrics, time);
        Round = new(database, expander, drainer, setAside, observer, metrics, time);

        IdlePoll poll = new(database, time);
        PauseSwitch pause = new(database);
        Replica = new(database, options);
        Heartbeat heartbeat = new(options, time);
        SilentHosts = new(database, options, time, log);
        DrainRunner runner = new(Round, poll, pause, Replica, heartbeat, SilentHosts, options, time);
        Backfill backfill = new(new BackfillJournal(database, session), runner, time, log);
        Housekeeping = new(new MovedAgents(database), setAside, backfill, new AddedUsageKeys(database), options, time);
        Migrator = new(database, time, log);
        Verifications = new(database, options);
        ScheduledVerifier = new(database, Verifications);
        Verifier verifier = new(database, Verifications);
        Freezer = new(database, session, runner, verifier);
        Engine = new(runner, backfill, verifier, Freezer, new RollupStatus(database, options, ReportDatabase), pause);
        Recorder = new(database, options.Value.LateUsage, loggers.CreateLogger<UsageRecorder>(), new WorkMeter(metrics.RecordingDuration, "usage.recording", time));
        Prices = new(database);
        Database = database;

        ReportQueue queue = new(ReportDatabase.Sources, options, time);
        Reports = new(new ReportReader(
            ReportDatabase, queue,
            new ReportSnapshot(ReportDatabase, new FreshDrains(database, runner, options, time), new RollupFreshness(options), options),
            new SnapshotSharing(ReportDatabase, queue),
            prices ?? PriceStore.ReadEstimateAsync, new ReportMeter(new(metrics.ReportDuration, "usage.report", time))));

        Start = new(database, Migrator, new FollowedTables(database), Replica, backfill, ReportDatabase, options, log);
        LoopJournal journal = new(Replica, time, log);
        VerifySchedule = new(ScheduledVerifier, Verifications, options, time, log);
        GaugeWatch = new(new GaugeReader(database, options, ReportDatabase), metrics.Gauges, time, log);
        Loop = new(Start, poll, Round, backfill, Housekeeping, journal, heartbeat, SilentHosts, options, time);
    }

    public UsageEngine Engine { get; }

    public NpgsqlDataSource Database { get; }

    public UsageRecorder Recorder { get; }

    public PriceStore Prices { get; }

    public UsageReports Reports { get; }

    public ReportDatabase ReportDatabase { get; }

    public UsageMigrator Migrator { get; }

    public EngineStart Start { get; }

    public DrainLoop Loop { get; }

    public GaugeWatch GaugeWatch { get; }

    public VerifySchedule VerifySchedule { get; }

    public ScheduledVerifier ScheduledVerifier { get; }

    public VerificationJournal Verifications { get; }

    public Freezer Freezer { get; }

    public DrainRound Round { get; }

    public Housekeeping Housekeeping { get; }

    public SilentHosts SilentHosts { get; }

    public ReplicaJournal Replica { get; }
}
