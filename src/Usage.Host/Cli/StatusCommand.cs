using System.CommandLine;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>Shows what is pending, failed and running.</summary>
internal static class StatusCommand
{
    public static Command Create(HostContext host)
    {
        var command = new Command("status", "Show what is pending, failed and running");
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            var status = await session.Engine.GetStatusAsync(cancellationToken);
            session.Output.Result(AsJson(status), StatusText.Lines(status));
            return ExitCode.Success;
        }));
        return command;
    }

    private static object AsJson(EngineStatus status) => new
    {
        status.PendingLive,
        status.PendingBackfill,
        OldestLiveAgeSeconds = status.OldestLiveAge.TotalSeconds,
        status.Complete,
        status.PausedSince,
        status.LastDrainStartedAt,
        status.LastDrainEndedAt,
        status.LastDrainRows,
        status.LastError,
        status.LastErrorAt,
        status.RowsOutOfRange,
        status.Backfill,
        status.SetAside,
        status.BrokenTriggers,
        status.ChangedTables,
        status.Replicas,
        status.LastHeartbeatAt,
        status.Running,
    };
}
