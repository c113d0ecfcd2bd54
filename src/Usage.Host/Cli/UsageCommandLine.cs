using System.CommandLine;
using Usage.Host.Cli.Prices;

namespace Usage.Host.Cli;

/// <summary>The command line: the operating commands, and any that another program adds.</summary>
internal static class UsageCommandLine
{
    public static async Task<int> RunAsync(HostContext host, string[] arguments, params IEnumerable<Command> more)
    {
        var serve = ServeCommand.Create(host);

        // One line per command; each command is a class in Cli/.
        var root = new RootCommand("Maintains an hourly rollup of LLM token usage. The default command is serve.")
        {
            serve,
            MigrateCommand.Create(host),
            DrainCommand.Create(host),
            BackfillCommand.Create(host),
            VerifyCommand.Create(host),
            CompareCommand.Create(host),
            FreezeCommand.Create(host),
            StatusCommand.Create(host),
            PauseCommand.Create(host),
            ResumeCommand.Create(host),
            PricesCommand.Create(host),
            ExportCommand.Create(host),
            TokenCommand.Create(host),
            ServeCommand.Urls,
            host.Connection,
            host.Setting,
            host.Json,
            host.Verbose,
        };
        foreach (var command in more)
        {
            root.Add(command);
        }

        root.HelpName = "usage";
        root.Action = serve.Action;

        using var signals = new ShutdownSignals();
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return BadUsage.Report(parsed);
        }

        var running = new InvocationConfiguration { ProcessTerminationTimeout = null };
        return signals.ExitCode(await parsed.InvokeAsync(running, signals.Token));
    }
}
