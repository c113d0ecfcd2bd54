namespace Usage.Benchmarks.DataSets;

/// <summary>Reads the benchmarks' embedded scripts.</summary>
internal static class BenchmarkSql
{
    /// <param name="path">Folder and file, joined by dots.</param>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var stream = typeof(BenchmarkSql).Assembly.GetManifestResourceStream($"Usage.Benchmarks.{path}")
            ?? throw new ArgumentException($"There is no script {path}.", nameof(path));
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
