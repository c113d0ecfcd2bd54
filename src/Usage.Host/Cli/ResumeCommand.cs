using System.CommandLine;

namespace Usage.Host.Cli;

/// <summary>Resumes draining in all replicas.</summary>
internal static class ResumeCommand
{
    public static Command Create(HostContext host)
    {
        var command = new Command("resume", "Resume draining in all replicas");
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            await session.Engine.ResumeAsync(cancellationToken);
            session.Output.Result(new { Paused = false }, "Resumed.");
            return ExitCode.Success;
        }));
        return command;
    }
}
