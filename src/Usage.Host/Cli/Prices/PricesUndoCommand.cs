using System.CommandLine;

namespace Usage.Host.Cli.Prices;

/// <summary>Takes the last import back.</summary>
internal static class PricesUndoCommand
{
    public static Command Create(HostContext host)
    {
        var preview = new Option<bool>("--preview") { Description = "Only show what would change" };
        Command command = new("undo", "Undo the last import: remove the prices it added, and restore those it replaced or removed") { preview };
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            if (await PricesCommand.Store(session).UndoAsync(session.Value(preview), cancellationToken) is not { } change)
            {
                session.Output.Error("There is no import to undo.");
                return ExitCode.Failure;
            }

            PriceText.Print(session.Output, change, list: null, session.Value(preview));
            return ExitCode.Success;
        }));
        return command;
    }
}
