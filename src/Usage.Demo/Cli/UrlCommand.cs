using System.CommandLine;
using Usage.Host.Cli;

namespace Usage.Demo.Cli;

/// <summary>Prints the URL of the database.</summary>
internal static class UrlCommand
{
    public static Command Create(HostContext host)
    {
        var command = new Command("url", "Print the database's postgresql:// URL");
        command.SetAction(host.RunBare(async (arguments, output, cancellationToken) =>
        {
            var configuration = HostConfiguration.Read(arguments.GetValue(host.Setting));
            var url = ConnectionUrl.ToUrl(await host.ResolveConnectionAsync(arguments, configuration, output, cancellationToken));
            output.Result(new { Url = url }, url);
            return ExitCode.Success;
        }));
        return command;
    }
}
