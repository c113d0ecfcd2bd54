using System.Diagnostics;
using System.Text;
using Xunit;

namespace Usage.Tests.Integration.Cli;

/// <summary>A process started by a test, with its output and error output. Disposing kills it if it is still running.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>Long enough for the slowest machine; a test that takes longer has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly Task<string> errors;
    private readonly StringBuilder output = new();
    private readonly CancellationTokenSource patience;

    private ChildProcess(Process process, TimeSpan longest)
    {
        this.process = process;
        patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(longest);
        errors = process.StandardError.ReadToEndAsync(patience.Token);
    }

    /// <param name="program">A path, or a name on the PATH.</param>
    /// <param name="arguments">One each, unquoted.</param>
    /// <param name="environment">What differs from the tests' own; null removes a variable.</param>
    /// <param name="longest">How long it may take; by default as long as anything but a build.</param>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>> environment, TimeSpan? longest = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new(process, longest ?? Patience);
    }

    /// <summary>The next line of standard output.</summary>
    public async Task<string> NextLineAsync()
    {
        if (await process.StandardOutput.ReadLineAsync(patience.Token) is not { } line)
        {
            throw new InvalidOperationException($"The program wrote no further line. It said: {await errors}");
        }

        output.AppendLine(line);
        return line;
    }

    /// <summary>Sends Ctrl-C.</summary>
    public Task InterruptAsync() => SignalAsync("INT");

    public Task TerminateAsync() => SignalAsync("TERM");

    /// <summary>Freezes the process: its sockets stay open but are not read.</summary>
    public Task StopAsync() => SignalAsync("STOP");

    /// <summary>Resumes a frozen process.</summary>
    public Task ContinueAsync() => SignalAsync("CONT");

    /// <summary>Sends SIGKILL, so that the process can't clean up.</summary>
    public void Kill() => process.Kill();

    /// <summary>Waits for the process to end.</summary>
    public async Task<ProgramResult> EndAsync()
    {
        output.Append(await process.StandardOutput.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        return new(process.ExitCode, output.ToString(), await errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
        patience.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -s {signal} {process.Id}"]);
        await kill.WaitForExitAsync(patience.Token);
    }
}
