using System.Diagnostics;
using Npgsql;
using Usage.Benchmarks.DataSets;
using Usage.Demo.LocalPostgres;

namespace Usage.Benchmarks.Serving;

/// <summary>The program, serving a data set in a separate process. Disposing ends it.</summary>
internal sealed class ServedHost : IAsyncDisposable
{
    /// <summary>Distinguishes its connections from the benchmark's own.</summary>
    public const string ApplicationName = "usage_bench_host";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly TimeProvider time;

    private ServedHost(Process process, Uri baseAddress, TimeProvider time)
    {
        this.process = process;
        this.time = time;
        BaseAddress = baseAddress;
    }

    public Uri BaseAddress { get; }

    public int ProcessId => process.Id;

    /// <summary>Starts it on a free port and waits until it listens.</summary>
    /// <param name="data">The data set to serve.</param>
    /// <param name="time">Measures the waiting time.</param>
    /// <param name="settings">Environment variables that override its defaults.</param>
    /// <param name="cancellationToken">Also ends the host.</param>
    public static async Task<ServedHost> StartAsync(
        DataSet data, TimeProvider time, IReadOnlyDictionary<string, string>? settings, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder address = new(data.ConnectionString) { ApplicationName = ApplicationName };
        var process = HostProgram.Start(address.ConnectionString, ["serve", "--urls", "http://127.0.0.1:0"], settings);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, time, cancellationToken)
                ?? throw new InvalidOperationException("The host ended before it was listening; see its log.");
            return new(process, new(line[(line.LastIndexOf(' ') + 1)..]), time);
        }
        catch
        {
            await EndAsync(process, time);
            throw;
        }
    }

    /// <summary>Stops it as an operator would.</summary>
    /// <exception cref="InvalidOperationException">The host failed, or did not stop cleanly.</exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await TerminateAsync(process);
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The host ended with exit code {process.ExitCode}; see its log.");
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync(process, time);

    /// <summary>
    /// Terminates it gracefully, so that its drain is committed or rolled back, and kills it if it doesn't end.
    /// </summary>
    private static async Task EndAsync(Process process, TimeProvider time)
    {
        using (process)
        {
            if (!process.HasExited)
            {
                await TerminateAsync(process);
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, time)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task TerminateAsync(Process process) =>
        await ExternalProgram.RunAsync("/bin/sh", ["-c", $"kill -s TERM {process.Id}"], CancellationToken.None);
}
