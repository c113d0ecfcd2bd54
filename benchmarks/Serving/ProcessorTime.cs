using System.Diagnostics;
using Dapper;
using Npgsql;

namespace Usage.Benchmarks.Serving;

/// <summary>CPU time used by a host and by the server processes of its connections.</summary>
internal sealed class ProcessorTime
{
    private const string BackendsSql = """
        select pid from pg_stat_activity where datname = current_database() and application_name = @host
        """;

    private readonly IReadOnlyDictionary<int, TimeSpan> used;

    private ProcessorTime(IReadOnlyDictionary<int, TimeSpan> used) => this.used = used;

    /// <summary>Reads the CPU time; null if the server is not on this machine.</summary>
    public static async Task<ProcessorTime?> ReadAsync(ServedHost host, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var backends = await connection.QueryAsync<int>(new CommandDefinition(
            BackendsSql, new { host = ServedHost.ApplicationName }, cancellationToken: cancellationToken));
        Dictionary<int, TimeSpan> used = [];
        foreach (var (id, isServer) in backends.Select(id => (id, true)).Append((host.ProcessId, false)))
        {
            if (Used(id, isServer) is not { } time)
            {
                return null;
            }

            used[id] = time;
        }

        return new(used);
    }

    /// <summary>The CPU time since an earlier reading. A new process started at zero.</summary>
    public TimeSpan Since(ProcessorTime earlier) => used.Aggregate(
        TimeSpan.Zero, (sum, process) => sum + process.Value - earlier.used.GetValueOrDefault(process.Key));

    private static TimeSpan? Used(int processId, bool isServer)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !isServer || process.ProcessName.StartsWith("postgres", StringComparison.Ordinal) ? process.TotalProcessorTime : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
