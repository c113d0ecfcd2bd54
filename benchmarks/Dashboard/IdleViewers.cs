using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Serving;

namespace Usage.Benchmarks.Dashboard;

/// <param name="Cores">What the viewers add.</param>
/// <param name="CoresWithout">What the program takes by itself.</param>
internal readonly record struct ViewersCost(double Cores, double CoresWithout);

/// <summary>Opens many pages' streams of events, and reads what the program and its connections use while nothing changes.</summary>
internal sealed class IdleViewers(DataSet data, ServedHost host, TimeProvider time)
{
    public const int Count = 200;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>Two signs of life to each viewer.</summary>
    private static readonly TimeSpan MeasuredTime = TimeSpan.FromSeconds(30);

    /// <summary>Null when the database is not on this machine.</summary>
    public async Task<ViewersCost?> MeasureAsync(Guid workspace, CancellationToken cancellationToken)
    {
        if (await CoresAsync(cancellationToken) is not { } without)
        {
            return null;
        }

        using HttpClient client = new() { BaseAddress = host.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
        using CancellationTokenSource leave = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var viewers = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => OpenAsync(client, workspace, leave.Token)));
        var reading = viewers.Select(viewer => ReadAsync(viewer, leave.Token)).ToArray();
        var with = await CoresAsync(cancellationToken);
        if (reading.Any(task => task.IsCompleted))
        {
            throw new InvalidOperationException("A viewer's stream has ended.");
        }

        await leave.CancelAsync();
        await Task.WhenAll(reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var viewer in viewers)
        {
            await viewer.DisposeAsync();
        }

        return new(with!.Value - without, without);
    }

    private static async Task<Stream> OpenAsync(HttpClient client, Guid workspace, CancellationToken cancellationToken) =>
        await client.GetStreamAsync(new Uri($"usage/events?workspace={workspace}", UriKind.Relative), cancellationToken);

    private static async Task ReadAsync(Stream events, CancellationToken cancellationToken) => await events.CopyToAsync(Stream.Null, cancellationToken);

    private async Task<double?> CoresAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Settling, time, cancellationToken);
        var before = await ProcessorTime.ReadAsync(host, data.Database, cancellationToken);
        var started = time.GetTimestamp();
        await Task.Delay(MeasuredTime, time, cancellationToken);
        var after = await ProcessorTime.ReadAsync(host, data.Database, cancellationToken);
        return before is null || after is null ? null : after.Since(before) / time.GetElapsedTime(started);
    }
}
