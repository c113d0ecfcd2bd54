using System.CommandLine;
using Microsoft.Extensions.Options;
using Usage.Dashboard.Serving;

namespace Usage.Host.Cli;

/// <summary>Runs the web host and the engine until stopped.</summary>
internal static class ServeCommand
{
    /// <summary>Also on the root command, so that it works without "serve".</summary>
    public static readonly Option<string?> Urls = new("--urls")
    {
        Description = $"Addresses to listen on, separated by ';' (default: {ListenAddresses.Default})",
        HelpName = "URLS",
    };

    public static Command Create(HostContext host)
    {
        var command = new Command("serve", "Run the web host, with the engine draining in the background") { Urls };
        command.SetAction(host.RunBare((arguments, output, cancellationToken) =>
            RunAsync(host, arguments, output, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(
        HostContext host, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var configuration = HostConfiguration.Read(
            arguments.GetValue(host.Setting), arguments.GetValue(host.Verbose) ? LogLevel.Debug : null);
        var connectionString = await host.ResolveConnectionAsync(arguments, configuration, output, cancellationToken);
        await using var app = UsageWebApplication.Build(configuration, connectionString, arguments.GetValue(Urls), host.Time);
        app.Services.GetRequiredService<IStartupValidator>().Validate();

        // Who asks after "Listening" does not wait for the first page's code to be compiled.
        var warmingUp = Task.Run(() => app.Services.GetRequiredService<PageWarmUp>().RunAsync(cancellationToken), cancellationToken);
        await app.StartServerAsync(cancellationToken);
        await warmingUp;
        output.Result(new { app.Urls }, app.Urls.Select(url => $"Listening on {url}"));
        await app.WaitForShutdownAsync(cancellationToken);

        // A host that ends without a signal has failed; the log says why.
        return cancellationToken.IsCancellationRequested ? ExitCode.Success : ExitCode.Failure;
    }
}
