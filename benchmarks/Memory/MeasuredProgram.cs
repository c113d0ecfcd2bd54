using System.Globalization;
using Usage.Benchmarks.Serving;

namespace Usage.Benchmarks.Memory;

/// <summary>Runs a command of the program in a separate process, and measures its memory.</summary>
internal static class MeasuredProgram
{
    private const string PeakField = "VmHWM:";
    private const int KibibytesPerMebibyte = 1024;

    /// <summary>
    /// Polling interval. The kernel tracks the peak itself, so only a peak in the last moment could be missed, when the process
    /// only closes its connections.
    /// </summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <returns>Peak resident memory of the process, in MiB.</returns>
    public static async Task<double> RunAsync(
        string connectionString, IReadOnlyList<string> arguments, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = HostProgram.Start(connectionString, arguments);
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
                : throw new InvalidOperationException($"usage {string.Join(' ', arguments)} failed with exit code {process.ExitCode}; see its output.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Peak resident memory of a process so far, in MiB.</summary>
    public static double PeakOf(int processId) => (double)ReadPeak(processId) / KibibytesPerMebibyte;

    /// <summary>In KiB; 0 if the process has just ended.</summary>
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
