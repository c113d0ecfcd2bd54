using System.CommandLine;

namespace Usage.Host.Cli;

/// <summary>Lets all replicas drain again.</summary>
internal static class ResumeCommand
{
    public static Command Create(HostContext host)
    {
        var command = new Command("resume", "Let all replicas drain again");
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            await session.Engine.ResumeAsync(cancellationToken);
            session.Output.Result(new { Paused = false }, "Resumed.");
            return ExitCode.Success;
        }));
        return command;
    }
}
