using System.Diagnostics;

namespace Usage.Benchmarks.Running;

/// <summary>The real host, serving and draining in a process of its own. Disposing ends it.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    /// <summary>More than a clean end takes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process process;

    private HostProcess(Process process, Uri baseAddress)
    {
        this.process = process;
        BaseAddress = baseAddress;
        ProcessId = process.Id;
    }

    public Uri BaseAddress { get; }

    public int ProcessId { get; }

    /// <summary>Starts a host on a free port of this machine, and waits until it listens.</summary>
    /// <param name="connectionString">The data set that it serves.</param>
    /// <param name="settings">What differs from the defaults, by the names of environment variables.</param>
    /// <param name="cancellationToken">Ends the host as well.</param>
    public static async Task<HostProcess> StartAsync(
        string connectionString, IEnumerable<KeyValuePair<string, string>>? settings, CancellationToken cancellationToken)
    {
        var process = HostProgram.Start(connectionString, ["serve", "--urls", "http://127.0.0.1:0"], settings);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken)
                ?? throw new InvalidOperationException("The host ended before it listened; it has said why.");
            return new(process, new(line[(line.LastIndexOf(' ') + 1)..]));
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync(process);

    /// <summary>Asks it to end, so that what it drains is committed or rolled back, and kills it if it won't.</summary>
    private static async Task EndAsync(Process process)
    {
        using (process)
        {
            if (!process.HasExited)
            {
                using var terminate = Process.Start("/bin/sh", ["-c", $"kill -s TERM {process.Id}"]);
                await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(Patience, TimeProvider.System));
            }

            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
    }
}
