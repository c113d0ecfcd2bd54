using System.ComponentModel;
using System.Diagnostics;

namespace Usage.Demo.LocalPostgres;

/// <summary>Runs a program to completion, without PG* variables and with English messages.</summary>
internal static class ExternalProgram
{
    /// <exception cref="LocalPostgresException">The program can't be started.</exception>
    public static async Task<ProgramResult> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            return new ProgramResult(await output, await errors, await EndAsync(process, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new LocalPostgresException($"{start.FileName} did not start.");
        }
        catch (Win32Exception error)
        {
            throw new LocalPostgresException($"{start.FileName} did not start: {error.Message}.");
        }
    }

    private static async Task<int> EndAsync(Process process, CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }
}

/// <summary>A program's output and exit code.</summary>
internal sealed record ProgramResult(string Output, string Errors, int ExitCode)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last lines of its output, for an error message.</summary>
    public string LastWords => string.Join(
        " / ", $"{Output}\n{Errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(4));
}
