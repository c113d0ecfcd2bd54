using System.CommandLine;
using Usage.Demo.LocalPostgres;
using Usage.Host.Cli;

namespace Usage.Demo.Cli;

/// <summary>The commands for the local PostgreSQL that Usage runs.</summary>
internal static class LocalCommand
{
    public static Command CreateInstall(HostContext host) => Create(
        host,
        "install",
        "Check that a local PostgreSQL can be started, and install the package if possible",
        (database, cancellationToken) => database.InstallAsync(cancellationToken));

    public static Command CreateStop(HostContext host) => Create(
        host,
        "stop",
        "Stop the local PostgreSQL, and keep its data",
        (database, cancellationToken) => database.StopAsync(cancellationToken));

    public static Command CreateReset(HostContext host) => Create(
        host,
        "reset",
        "Stop the local PostgreSQL, and remove its data",
        (database, cancellationToken) => database.DeleteAsync(cancellationToken));

    private static Command Create(
        HostContext host, string name, string description, Func<LocalDatabase, CancellationToken, Task<string>> verb)
    {
        var command = new Command(name, description);
        command.SetAction(host.RunBare(async (_, output, cancellationToken) =>
        {
            var outcome = await verb(new LocalDatabase(output.Note, host.Time), cancellationToken);
            output.Result(new { Outcome = outcome }, outcome);
            return ExitCode.Success;
        }));
        return command;
    }
}
