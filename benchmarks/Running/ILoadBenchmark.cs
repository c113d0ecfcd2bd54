using Usage.Benchmarks.DataSets;

namespace Usage.Benchmarks.Running;

/// <summary>One comparison on a database.</summary>
internal interface ILoadBenchmark
{
    Task<Outcome> RunAsync(CancellationToken cancellationToken);
}

/// <param name="Server">Where data sets are.</param>
/// <param name="Scale">Multiplies the default size of the data.</param>
/// <param name="Time">Measures.</param>
internal sealed record BenchmarkSetting(BenchmarkServer Server, double Scale, TimeProvider Time)
{
    /// <summary>A default size, scaled.</summary>
    public int Sized(int count) => Math.Max(1, (int)(count * Scale));

    /// <summary>How long work takes.</summary>
    public async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var started = Time.GetTimestamp();
        await work();
        return Time.GetElapsedTime(started);
    }
}
