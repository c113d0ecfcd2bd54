using System.CommandLine;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>Marks a range of history and drains it.</summary>
internal static class BackfillCommand
{
    public static Command Create(HostContext host)
    {
        var from = HourRangeOption.From();
        var to = HourRangeOption.To();
        var dryRun = new Option<bool>("--dry-run") { Description = "Only count what would be recomputed" };
        var duty = CheckedOption.Positive("--duty", "SHARE", "Share of the time to spend on draining (default: 1)", most: 1);
        var noDrain = new Option<bool>("--no-drain") { Description = "Only mark the hours, and let the running hosts drain them" };
        var command = new Command("backfill", "Recompute history, newest hour first. Safe while the application writes")
        {
            dryRun, duty, noDrain,
        };
        command.AddRange(from, to);
        command.SetAction(host.Run((session, cancellationToken) => RunAsync(
            session,
            new BackfillRequest
            {
                From = session.Value(from),
                To = session.Value(to),
                DryRun = session.Value(dryRun),
                Drain = !session.Value(noDrain),
                Duty = session.Value(duty) ?? 1,
            },
            cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(CommandSession session, BackfillRequest request, CancellationToken cancellationToken)
    {
        var result = await session.Output.TrackAsync<BackfillProgress, BackfillResult>(
            "Backfill",
            done => new WorkDone(done.HoursDone, done.HoursTotal, "hour[s]", done.Rows),
            progress => session.Engine.BackfillAsync(request, progress, cancellationToken));
        var seconds = result.Elapsed.TotalSeconds;
        session.Output.Result(
            new
            {
                result.Hours, result.Rows, result.Written, result.Deleted, result.Failed, result.DryRun, ElapsedSeconds = seconds,
                RowsPerSecond = seconds > 0 ? Math.Round(result.Rows / seconds) : 0,
            },
            Summary(result, request.Drain));
        return result.Failed > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private static string Summary(BackfillResult result, bool drained) => (result.DryRun, drained) switch
    {
        (true, _) => "Would recompute " + Quantity.List((result.Hours, "hour[s]"), (result.Rows, "usage row[s]")),
        (_, false) => "Marked " + Quantity.List((result.Hours, "hour[s]")) + " for the running hosts",
        _ => Quantity.List(
            (result.Hours, "hour[s]"), (result.Rows, "usage row[s]"), (result.Written, "bucket[s] written"), (result.Deleted, "deleted"),
            (result.Failed, "hour[s] set aside with an error")),
    };
}
