using System.Diagnostics;
using Usage.Demo.LocalPostgres;

namespace Usage.Benchmarks.Serving;

/// <summary>
/// Runs the program, as built together with the benchmarks, in a separate process, so that the benchmark's own load is not
/// measured.
/// </summary>
internal static class HostProgram
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Usage.Demo.dll");

    /// <param name="connectionString">The database to use.</param>
    /// <param name="arguments">The command and its options.</param>
    /// <param name="settings">Environment variables.</param>
    /// <returns>The process. The caller reads its standard output; its log goes to the benchmark's standard error.</returns>
    public static Process Start(
        string connectionString, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? settings = null)
    {
        ProcessStartInfo start = new("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true };
        start.Environment["ConnectionStrings__Usage"] = PreparedStatements.On(connectionString);
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (name, value) in settings ?? [])
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start.");
    }
}
