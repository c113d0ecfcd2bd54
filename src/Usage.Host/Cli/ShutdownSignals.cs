using System.Runtime.InteropServices;

namespace Usage.Host.Cli;

/// <summary>Turns the first Ctrl-C or SIGTERM into a cancellation; a second one terminates the process.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private int? exitCode;

    public ShutdownSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, Cli.ExitCode.Interrupted)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, Cli.ExitCode.Terminated)),
    ];

    public CancellationToken Token => source.Token;

    /// <summary>The exit code: that of the signal, except for a clean shutdown after SIGTERM.</summary>
    public int ExitCode(int result) => (result, exitCode) switch
    {
        (Cli.ExitCode.Success, Cli.ExitCode.Interrupted) => Cli.ExitCode.Interrupted,
        (Cli.ExitCode.Interrupted, { } signalled) => signalled,
        _ => result,
    };

    public void Dispose()
    {
        Array.ForEach(registrations, registration => registration.Dispose());
        source.Dispose();
    }

    private void Stop(PosixSignalContext context, int code)
    {
        context.Cancel = exitCode is null;
        if (exitCode is not null)
        {
            Environment.Exit(code);
        }

        exitCode = code;
        source.Cancel();
    }
}
