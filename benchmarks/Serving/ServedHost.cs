using System.Diagnostics;
using Npgsql;
using Usage.Benchmarks.DataSets;
using Usage.Demo.LocalPostgres;

namespace Usage.Benchmarks.Serving;

/// <summary>The program itself, serving a data set in a process of its own. Disposing ends it, however the benchmark ended.</summary>
internal sealed class ServedHost : IAsyncDisposable
{
    /// <summary>By this its connections are told from the benchmark's own.</summary>
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
    /// <param name="data">What it serves.</param>
    /// <param name="time">Limits the waiting.</param>
    /// <param name="settings">What differs from its defaults, by the names of environment variables.</param>
    /// <param name="cancellationToken">Ends the host as well.</param>
    public static async Task<ServedHost> StartAsync(
        DataSet data, TimeProvider time, IReadOnlyDictionary<string, string>? settings, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder address = new(data.ConnectionString) { ApplicationName = ApplicationName };
        var process = HostProgram.Start(address.ConnectionString, ["serve", "--urls", "http://127.0.0.1:0"], settings);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, time, cancellationToken)
                ?? throw new InvalidOperationException("The host ended before it listened; its log says why.");
            return new(process, new(line[(line.LastIndexOf(' ') + 1)..]), time);
        }
        catch
        {
            await EndAsync(process, time);
            throw;
        }
    }

    /// <summary>Stops it as an operator would.</summary>
    /// <exception cref="InvalidOperationException">It had failed, or fails to stop.</exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await TerminateAsync(process);
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The host ended with exit code {process.ExitCode}; its log says why.");
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync(process, time);

    /// <summary>Asks it to end, so that what it drains is committed or rolled back, and kills it if it won't.</summary>
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
