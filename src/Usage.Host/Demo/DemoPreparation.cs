using System.Diagnostics;
using NodaTime;
using Usage.Engine;
using Usage.Engine.Maintenance;
using Usage.Engine.Schema;

namespace Usage.Host.Demo;

/// <summary>
/// Brings a database to where a demo begins: schema, history, rollup, verified. Nothing in this process drains before the
/// backfill does, so on a new database its time is that of the whole rollup.
/// </summary>
internal sealed class DemoPreparation(UsageMigrator migrator, DemoHistory history, UsageEngine engine)
{
    public async Task<DemoResult> RunAsync(HistoryRequest request, DemoProgress progress, CancellationToken cancellationToken)
    {
        await migrator.MigrateAsync(createApplicationTables: true, progress.Said, cancellationToken);
        await history.EnsureAsync(request, progress.Said, progress.Writing, cancellationToken);
        var backfill = await engine.BackfillAsync(new BackfillRequest(), progress.Backfill, cancellationToken);
        await engine.DrainAsync(cancellationToken: cancellationToken);
        var report = await engine.VerifyAsync(new VerifyRequest(), progress.Verification, cancellationToken);
        return new DemoResult(
            report.RawRows, report.Buckets, report.DriftCount, Math.Round(backfill.Elapsed.TotalSeconds, 3), PeakResidentMegabytes());
    }

    private static long PeakResidentMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 >> 20;
    }
}
