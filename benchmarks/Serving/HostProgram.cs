using System.Diagnostics;
using Usage.Demo.LocalPostgres;

namespace Usage.Benchmarks.Serving;

/// <summary>The program itself, as it is built beside the benchmarks: run in a process of its own, so that nothing of theirs is measured with it.</summary>
internal static class HostProgram
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Usage.Demo.dll");

    /// <param name="connectionString">The database that it works on.</param>
    /// <param name="arguments">The verb, and its flags.</param>
    /// <param name="settings">By the names of environment variables.</param>
    /// <returns>The process; its standard output is for the caller to read, its log goes where the benchmark's goes.</returns>
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
