using Usage.Benchmarks.DataSets;

namespace Usage.Benchmarks.Running;

/// <summary>One comparison on a database.</summary>
internal interface ILoadBenchmark
{
    Task<Outcome> RunAsync(CancellationToken cancellationToken);
}

/// <param name="Server">The server with the data sets.</param>
/// <param name="Scale">Multiplies the default size of the data.</param>
/// <param name="Time">Measures time.</param>
internal sealed record BenchmarkSetting(BenchmarkServer Server, double Scale, TimeProvider Time)
{
    /// <summary>Scales a default size.</summary>
    public int Sized(int count) => Math.Max(1, (int)(count * Scale));

    /// <summary>Measures how long work takes.</summary>
    public async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var started = Time.GetTimestamp();
        await work();
        return Time.GetElapsedTime(started);
    }
}
