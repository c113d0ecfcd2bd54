using System.CommandLine;
using Usage.Host.Cli;

var host = new HostContext(TimeProvider.System);
var serve = ServeCommand.Create(host);

// One line a verb; a new one is a class in Cli/ and a line here.
var root = new RootCommand("Keeps an hourly rollup of LLM token usage. Without a verb: serve.")
{
    serve,
    MigrateCommand.Create(host),
    DrainCommand.Create(host),
    BackfillCommand.Create(host),
    VerifyCommand.Create(host),
    StatusCommand.Create(host),
    PauseCommand.Create(host),
    ResumeCommand.Create(host),
    PricesCommand.Create(host),
    TokenCommand.Create(host),
    DemoCommand.Create(host),
    LoadCommand.Create(host),
    UrlCommand.Create(host),
    LocalCommand.CreateInstall(host),
    LocalCommand.CreateStop(host),
    LocalCommand.CreateReset(host),
    ServeCommand.Urls,
    host.Connection,
    host.Setting,
    host.Json,
    host.Verbose,
};
root.HelpName = "usage";
root.Action = serve.Action;

using var signals = new ShutdownSignals();
var arguments = root.Parse(args);
if (arguments.Errors.Count > 0)
{
    return BadUsage.Report(arguments);
}

var running = new InvocationConfiguration { ProcessTerminationTimeout = null };
return signals.ExitCode(await arguments.InvokeAsync(running, signals.Token));
