using System.Collections.Concurrent;

namespace Usage.Tests.Integration.Engines;

/// <summary>Records progress reports synchronously and in order.</summary>
internal sealed class Reports<T>(Action<T>? then = null) : IProgress<T>
{
    private readonly ConcurrentQueue<T> all = new();

    public IReadOnlyList<T> All => [.. all];

    public void Report(T value)
    {
        all.Enqueue(value);
        then?.Invoke(value);
    }
}
