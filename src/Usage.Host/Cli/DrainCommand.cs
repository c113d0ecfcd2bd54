using System.CommandLine;
using Usage.Engine.Draining;

namespace Usage.Host.Cli;

/// <summary>Drains until nothing is pending.</summary>
internal static class DrainCommand
{
    public static Command Create(HostContext host)
    {
        var workspace = CheckedOption.Create<Guid>(
            "--workspace",
            "GUID",
            "Drain only what concerns this workspace (default: everything)",
            text => Guid.TryParse(text, out var id) ? id : null,
            "a workspace's id, a GUID");
        var command = new Command("drain", "Recompute what is marked, until nothing is pending") { workspace };
        command.SetAction(host.Run((session, cancellationToken) => RunAsync(session, session.Value(workspace), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(CommandSession session, Guid? workspace, CancellationToken cancellationToken)
    {
        var marks = workspace is null ? await PendingAsync(session, cancellationToken) : null;
        var result = await session.Output.TrackAsync<DrainResult, DrainResult>(
            "Drain",
            done => new WorkDone(done.Marks, marks, "marks", done.Rows),
            progress => session.Engine.DrainAsync(workspace, progress, cancellationToken));
        session.Output.Result(
            new
            {
                result.Hours, result.Marks, result.Rows, result.Written, result.Deleted, result.Failed,
                ElapsedSeconds = result.Elapsed.TotalSeconds,
            },
            Figures.Line(
                (result.Marks, "marks"), (result.Hours, "hours"), (result.Rows, "usage rows"), (result.Written, "buckets written"),
                (result.Deleted, "deleted"), (result.Failed, "set aside with an error")));
        return result.Failed > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private static async Task<long?> PendingAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var status = await session.Engine.GetStatusAsync(cancellationToken);
        return status.PendingLive + status.PendingBackfill;
    }
}
