using System.Diagnostics;
using Npgsql;
using Usage.Benchmarks.DataSets;
using Usage.Host.LocalPostgres;

namespace Usage.Benchmarks.Serving;

/// <summary>The program itself, serving a data set in a process of its own. Disposing ends it, however the benchmark ended.</summary>
internal sealed class ServedHost : IAsyncDisposable
{
    /// <summary>By this its connections are told from the benchmark's own.</summary>
    public const string ApplicationName = "usage_bench_host";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly Task<string> errors;
    private readonly TimeProvider time;

    private ServedHost(Process process, TimeProvider time)
    {
        this.process = process;
        this.time = time;
        errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    public int ProcessId => process.Id;

    /// <summary>Starts it and waits until it listens. Settings of the environment are its settings.</summary>
    public static async Task<ServedHost> StartAsync(DataSet data, TimeProvider time, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Usage.Host.dll"), "serve", "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__Usage"] =
            new NpgsqlConnectionStringBuilder(data.ConnectionString) { ApplicationName = ApplicationName }.ConnectionString;
        ServedHost host = new(
            Process.Start(start) ?? throw new InvalidOperationException("The host's process did not start."), time);
        try
        {
            await host.ListeningAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it as an operator would.</summary>
    /// <exception cref="InvalidOperationException">It had failed, or fails to stop.</exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await TerminateAsync();
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The host ended with exit code {process.ExitCode}: {await errors}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await TerminateAsync();
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, time)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private async Task ListeningAsync(CancellationToken cancellationToken)
    {
        if (await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, time, cancellationToken) is null)
        {
            throw new InvalidOperationException($"The host did not start: {await errors}");
        }
    }

    private async Task TerminateAsync() =>
        await ExternalProgram.RunAsync("/bin/sh", ["-c", $"kill -s TERM {process.Id}"], CancellationToken.None);
}
