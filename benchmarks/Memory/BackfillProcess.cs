using System.Globalization;
using Usage.Benchmarks.Serving;

namespace Usage.Benchmarks.Memory;

/// <summary>The program's verb <c>backfill</c>, in a process of its own.</summary>
internal static class BackfillProcess
{
    private const string PeakField = "VmHWM:";
    private const int KibibytesPerMebibyte = 1024;

    /// <summary>
    /// How often the kernel is asked. It keeps the peak itself, so that none is missed but one in the last moment before the end,
    /// when nothing is left to do but to close connections.
    /// </summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Backfills all history.</summary>
    /// <returns>The most memory that the process has had resident, in MiB.</returns>
    public static async Task<double> RunAsync(string connectionString, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = HostProgram.Start(connectionString, ["backfill", "--json"]);
        try
        {
            var ended = process.WaitForExitAsync(cancellationToken);
            var peak = 0L;
            while (!ended.IsCompleted)
            {
                peak = Math.Max(peak, ReadPeak(process.Id));
                await Task.WhenAny(ended, Task.Delay(Interval, time, cancellationToken));
            }

            await ended;
            return process.ExitCode == 0
                ? (double)peak / KibibytesPerMebibyte
                : throw new InvalidOperationException($"The backfill ended with {process.ExitCode}; it has said why.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>In KiB; 0 when the process has just ended.</summary>
    private static long ReadPeak(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(line => line.StartsWith(PeakField, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[PeakField.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
