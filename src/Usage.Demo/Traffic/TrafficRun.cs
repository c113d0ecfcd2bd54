using System.Threading.Channels;
using Npgsql;
using Usage.Demo.Planning;
using Usage.Engine.Recording;

namespace Usage.Demo.Traffic;

/// <summary>
/// Sends each request when it is due, over several connections. If the database is too slow, the run falls behind and reports
/// that.
/// </summary>
/// <param name="recorder">Records the usage.</param>
/// <param name="dataSource">The application's database.</param>
/// <param name="agents">At least one.</param>
/// <param name="time">Determines when requests are due.</param>
internal sealed class TrafficRun(IUsageRecorder recorder, NpgsqlDataSource dataSource, IReadOnlyList<TrafficAgent> agents, TimeProvider time)
{
    private const int Waiting = 1_000;

    private readonly TaskTable table = new(dataSource);
    private long sent;

    /// <summary>Requests sent so far.</summary>
    public long Sent => Interlocked.Read(ref sent);

    /// <summary>Sends all requests. Ends early, without an error, when cancelled.</summary>
    /// <param name="requests">In order of arrival.</param>
    /// <param name="connections">Number of concurrent requests, at least 1.</param>
    /// <param name="mixed">Whether to also correct, move, delete and commit late.</param>
    /// <param name="cancellationToken">Ends the traffic.</param>
    public async Task<TrafficFigures> SendAsync(
        IAsyncEnumerable<TrafficRequest> requests, int connections, bool mixed, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var due = Channel.CreateBounded<TrafficRequest>(new BoundedChannelOptions(Waiting) { SingleWriter = true });
        var started = time.GetTimestamp();
        var workers = Enumerable.Range(0, connections).Select(CreateWorker).ToList();
        var tasks = workers.Select(worker => StopAllOnFailureAsync(WorkAsync(due.Reader, worker, mixed, started, stop.Token), stop))
            .Append(StopAllOnFailureAsync(PaceAsync(requests, due.Writer, started, stop.Token), stop));
        try
        {
            await Task.WhenAll(tasks);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Cancelled by the caller: return what was sent.
        }

        var figures = new TrafficFigures();
        workers.ForEach(worker => figures.Add(worker.Worker.Figures));
        return figures;
    }

    private static async Task StopAllOnFailureAsync(Task part, CancellationTokenSource stop)
    {
        try
        {
            await part;
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private (TrafficWorker Worker, Disturbance Disturbance) CreateWorker(int index)
    {
        var random = new Seed(unchecked((ulong)time.GetUtcNow().Ticks)).Of((ulong)index).Random();
        var worker = new TrafficWorker(recorder, table, agents, random, time);
        return (worker, new Disturbance(worker, recorder, table, random, time));
    }

    private async Task PaceAsync(
        IAsyncEnumerable<TrafficRequest> requests, ChannelWriter<TrafficRequest> due, long started, CancellationToken cancellationToken)
    {
        await foreach (var request in requests.WithCancellation(cancellationToken))
        {
            var early = request.At - time.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, time, cancellationToken);
            }

            await due.WriteAsync(request, cancellationToken);
        }

        due.Complete();
    }

    private async Task WorkAsync(
        ChannelReader<TrafficRequest> due, (TrafficWorker Worker, Disturbance Disturbance) pair, bool mixed, long started,
        CancellationToken cancellationToken)
    {
        var (worker, disturbance) = pair;
        try
        {
            await foreach (var request in due.ReadAllAsync(cancellationToken))
            {
                var behind = time.GetElapsedTime(started) - request.At;
                worker.Figures.MostBehind = behind > worker.Figures.MostBehind ? behind : worker.Figures.MostBehind;
                var recorded = await worker.SendAsync(request, cancellationToken);
                Interlocked.Increment(ref sent);
                if (mixed)
                {
                    await disturbance.FollowAsync(recorded, request, cancellationToken);
                }
            }

            await worker.FinishAsync(cancellationToken);
        }
        finally
        {
            await disturbance.FinishAsync();
        }
    }
}
