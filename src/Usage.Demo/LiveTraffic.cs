using Npgsql;
using Usage.Demo.Planning;
using Usage.Demo.Traffic;
using Usage.Engine.Recording;

namespace Usage.Demo;

/// <summary>
/// Live traffic for a demo: a few reports per second, with corrections, moves, deletes and late commits, until the host stops.
/// </summary>
internal sealed partial class LiveTraffic(
    IUsageRecorder recorder, NpgsqlDataSource dataSource, TimeProvider time, ILogger<LiveTraffic> log)
{
    private const double ReportsPerSecond = 4;
    private const int Connections = 2;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var agents = await TrafficAgents.ReadAsync(dataSource, cancellationToken);
                var seed = new Seed(unchecked((ulong)time.GetUtcNow().Ticks));
                await new TrafficRun(recorder, dataSource, agents, time).SendAsync(
                    ArrivalProcess.Requests(seed, ReportsPerSecond, duration: null).ToAsyncEnumerable(), Connections, mixed: true,
                    cancellationToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or UnknownTaskException)
            {
                Interrupted(failure, PauseAfterFailure);
                await Task.Delay(PauseAfterFailure, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Live traffic was interrupted and resumes in {Pause}.")]
    private partial void Interrupted(Exception failure, TimeSpan pause);
}
