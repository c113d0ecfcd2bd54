using System.Diagnostics;
using Usage.Demo.Writing;
using Usage.Engine.Maintenance;
using Usage.Engine.Pricing;
using Usage.Host.Cli;

namespace Usage.Demo;

/// <summary>
/// Prepares a database for the demo: schema, history, a verified rollup. Nothing in this process drains before the backfill, so
/// on a new database its duration is that of the entire rollup.
/// </summary>
internal sealed class DemoPreparation(CommandSession session)
{
    public async Task<DemoResult> RunAsync(HistoryRequest request, CancellationToken cancellationToken)
    {
        await session.Migrator.MigrateAsync(createApplicationTables: true, progress: null, cancellationToken);
        await session.Services.GetRequiredService<PriceStore>().LoadStartListAsync(cancellationToken);
        await WriteHistoryAsync(request, cancellationToken);
        var backfill = await session.Output.TrackAsync<BackfillProgress, BackfillResult>(
            "Backfill",
            done => new WorkDone(done.HoursDone, done.HoursTotal, "hour[s]", done.Rows),
            progress => session.Engine.BackfillAsync(new BackfillRequest(), progress, cancellationToken));
        session.Output.Note(
            $"Backfilled {Quantity.List((backfill.Rows, "usage row[s]"))} in {backfill.Elapsed.TotalSeconds:N1} s: "
            + Quantity.List((backfill.Hours, "hour[s]"), (backfill.Written, "bucket[s] written"), (backfill.Failed, "hour[s] set aside")));
        await session.Engine.DrainAsync(cancellationToken: cancellationToken);
        var report = await session.Output.TrackAsync<VerifyProgress, VerifyReport>(
            "Verify",
            done => new WorkDone(done.DaysDone, done.DaysTotal, "day[s]", done.RawRows),
            progress => session.Engine.VerifyAsync(new VerifyRequest(), progress, cancellationToken));
        foreach (var line in DriftText.Drift(report).Append($"Verified {DriftText.Summary(report)}"))
        {
            session.Output.Note(line);
        }

        return new DemoResult(
            report.RawRows, report.Buckets, report.DriftCount, Math.Round(backfill.Elapsed.TotalSeconds, 3), PeakResidentMegabytes());
    }

    private async Task WriteHistoryAsync(HistoryRequest request, CancellationToken cancellationToken)
    {
        var history = new DemoHistory(session.DataSource, session.Time);
        await history.PlanAsync(request, session.Output.Note, cancellationToken);
        var started = session.Time.GetTimestamp();
        var written = await session.Output.TrackAsync<WritingProgress, WritingProgress>(
            "History",
            done => new WorkDone(done.Tasks, done.TasksTotal, "task[s]", done.Rows),
            progress => history.WriteAsync(progress, cancellationToken));
        if (written.Rows > 0)
        {
            session.Output.Note(
                $"Wrote {Quantity.List((written.Tasks, "task[s]"), (written.Rows, "usage row[s]"))} "
                + $"in {session.Time.GetElapsedTime(started).TotalSeconds:N1} s");
        }
    }

    private static long PeakResidentMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 >> 20;
    }
}
