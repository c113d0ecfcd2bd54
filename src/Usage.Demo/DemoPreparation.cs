using System.Diagnostics;
using Usage.Demo.Writing;
using Usage.Engine.Maintenance;
using Usage.Engine.Pricing;
using Usage.Host.Cli;

namespace Usage.Demo;

/// <summary>
/// Brings a database to where a demo begins: schema, history, rollup, verified. Nothing in this process drains before the
/// backfill does, so on a new database its time is that of the whole rollup.
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
            done => new WorkDone(done.HoursDone, done.HoursTotal, "hours", done.Rows),
            progress => session.Engine.BackfillAsync(new BackfillRequest(), progress, cancellationToken));
        session.Output.Note(
            $"Backfilled {Figures.Line((backfill.Rows, "usage rows"))} in {backfill.Elapsed.TotalSeconds:N1} s: "
            + Figures.Line((backfill.Hours, "hours"), (backfill.Written, "buckets written"), (backfill.Failed, "hours set aside")));
        await session.Engine.DrainAsync(cancellationToken: cancellationToken);
        var report = await session.Output.TrackAsync<VerifyProgress, VerifyReport>(
            "Verify",
            done => new WorkDone(done.DaysDone, done.DaysTotal, "days", done.RawRows),
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
            done => new WorkDone(done.Tasks, done.TasksTotal, "tasks", done.Rows),
            progress => history.WriteAsync(progress, cancellationToken));
        if (written.Rows > 0)
        {
            session.Output.Note(
                $"Wrote {Figures.Line((written.Tasks, "tasks"), (written.Rows, "usage rows"))} "
                + $"in {session.Time.GetElapsedTime(started).TotalSeconds:N1} s");
        }
    }

    private static long PeakResidentMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 >> 20;
    }
}
