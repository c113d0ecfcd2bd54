using System.CommandLine;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>Compares the rollup with the raw rows.</summary>
internal static class VerifyCommand
{
    public static Command Create(HostContext host)
    {
        var from = HourRangeOption.From();
        var to = HourRangeOption.To();
        var repair = new Option<bool>("--repair") { Description = "Mark the drifted hours, which the next drain recomputes" };
        var command = new Command("verify", "Compare the rollup with a GROUP BY of the raw rows. Exit code 1 on drift, or if history is not backfilled") { repair };
        command.AddRange(from, to);
        command.SetAction(host.Run((session, cancellationToken) => RunAsync(
            session,
            new VerifyRequest { From = session.Value(from), To = session.Value(to), Repair = session.Value(repair) },
            cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(CommandSession session, VerifyRequest request, CancellationToken cancellationToken)
    {
        var report = await session.Output.TrackAsync<VerifyProgress, VerifyReport>(
            "Verify",
            done => new WorkDone(done.DaysDone, done.DaysTotal, "day[s]", done.RawRows),
            progress => session.Engine.VerifyAsync(request, progress, cancellationToken));
        session.Output.Result(report, DriftText.Lines(report));
        return report.DriftCount > 0 || report.NotBackfilled ? ExitCode.Failure : ExitCode.Success;
    }
}
