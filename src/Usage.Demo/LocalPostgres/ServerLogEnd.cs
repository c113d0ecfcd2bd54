namespace Usage.Demo.LocalPostgres;

/// <summary>The part of a server's log after a given moment.</summary>
internal sealed class ServerLogEnd
{
    private const int MostLines = 3;

    private static readonly string[] Severities = ["PANIC:", "FATAL:", "ERROR:", "could not", "No space left on device"];

    private readonly string file;
    private readonly long start;

    private ServerLogEnd(string file, long start)
    {
        this.file = file;
        this.start = start;
    }

    /// <summary>Starts at the current end of the log.</summary>
    public static ServerLogEnd At(string file) => new(file, File.Exists(file) ? new FileInfo(file).Length : 0);

    /// <summary>The last error lines, without duplicates; null if there are none.</summary>
    public string? LastErrors()
    {
        if (!File.Exists(file))
        {
            return null;
        }

        using FileStream log = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        log.Seek(Math.Min(start, log.Length), SeekOrigin.Begin);
        using StreamReader reader = new(log);
        var errors = reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => Severities.Any(severity => line.Contains(severity, StringComparison.Ordinal)))
            .Select(WithoutTime)
            .Reverse().Distinct().Take(MostLines).Reverse().ToList();
        return errors.Count == 0 ? null : string.Join(" / ", errors);
    }

    /// <summary>A line from its severity on, so that repeated errors are equal.</summary>
    private static string WithoutTime(string line) => Severities
        .Select(severity => line.IndexOf(severity, StringComparison.Ordinal))
        .Where(place => place > 0)
        .Select(place => line[place..])
        .FirstOrDefault(line);
}
