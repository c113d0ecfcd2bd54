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
            "Drain only what may affect this workspace (default: everything)",
            text => Guid.TryParse(text, out var id) ? id : null,
            "a workspace id (GUID)");
        var command = new Command("drain", "Recompute everything that is marked, until nothing is pending") { workspace };
        command.SetAction(host.Run((session, cancellationToken) => RunAsync(session, session.Value(workspace), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(CommandSession session, Guid? workspace, CancellationToken cancellationToken)
    {
        var marks = workspace is null ? await PendingAsync(session, cancellationToken) : null;
        var result = await session.Output.TrackAsync<DrainResult, DrainResult>(
            "Drain",
            done => new WorkDone(done.Marks, marks, "mark[s]", done.Rows),
            progress => session.Engine.DrainAsync(workspace, progress, cancellationToken));
        session.Output.Result(
            new
            {
                result.Hours, result.Marks, result.Rows, result.Written, result.Deleted, result.Failed,
                ElapsedSeconds = result.Elapsed.TotalSeconds,
            },
            Quantity.List(
                (result.Marks, "mark[s]"), (result.Hours, "hour[s]"), (result.Rows, "usage row[s]"), (result.Written, "bucket[s] written"),
                (result.Deleted, "deleted"), (result.Failed, "set aside with an error")));
        return result.Failed > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private static async Task<long?> PendingAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var status = await session.Engine.GetStatusAsync(cancellationToken);
        return status.PendingLive + status.PendingBackfill;
    }
}
