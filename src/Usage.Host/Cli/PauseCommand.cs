using System.CommandLine;

namespace Usage.Host.Cli;

/// <summary>Stops draining in all replicas.</summary>
internal static class PauseCommand
{
    public static Command Create(HostContext host)
    {
        var command = new Command("pause", "Stop draining in all replicas; changes are still marked");
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            await session.Engine.PauseAsync(cancellationToken);
            session.Output.Result(new { Paused = true }, "Paused: no replica drains until resume.");
            return ExitCode.Success;
        }));
        return command;
    }
}
