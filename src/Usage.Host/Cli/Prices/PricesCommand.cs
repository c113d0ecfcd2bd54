using System.CommandLine;
using System.Globalization;
using Usage.Engine.Pricing;

namespace Usage.Host.Cli.Prices;

/// <summary>The prices by which tokens without a cost are estimated.</summary>
internal static class PricesCommand
{
    public static Command Create(HostContext host) => new("prices", "List, import or undo model prices")
    {
        List(host), PricesImportCommand.Create(host), PricesUndoCommand.Create(host), Imports(host),
    };

    public static PriceStore Store(CommandSession session) => session.Services.GetRequiredService<PriceStore>();

    private static Command List(HostContext host)
    {
        var command = new Command("list", "Print all prices as CSV, in the format of import");
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            var prices = await Store(session).ListAsync(cancellationToken);
            session.Output.Result(new { Prices = prices.Select(PriceText.Json) }, prices.Select(PriceText.Line).Prepend(PriceText.Header));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command Imports(HostContext host)
    {
        var command = new Command("imports", "Print all imports, newest first: time, file and hash");
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            var imports = await Store(session).ListImportsAsync(cancellationToken);
            session.Output.Result(
                new
                {
                    Imports = imports.Select(import => new
                    {
                        import.Id, ImportedAt = import.ImportedAt.ToString(), import.Source, import.Format, import.Sha256, import.Prices,
                        import.Ended, UndoneAt = import.UndoneAt?.ToString(),
                    }),
                },
                imports.Select(import => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{import.Id}  {import.ImportedAt}  {import.Source} ({import.Format}, SHA-256 {import.Sha256})  {import.Prices} prices in force, {import.Ended} ended{(import.UndoneAt is { } at ? $", undone {at}" : "")}")));
            return ExitCode.Success;
        }));
        return command;
    }
}
