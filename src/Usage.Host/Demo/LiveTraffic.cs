using Npgsql;
using Usage.Engine.Recording;
using Usage.Host.Demo.Planning;
using Usage.Host.Demo.Traffic;

namespace Usage.Host.Demo;

/// <summary>Keeps a demo alive: a few reports a second, with all that makes a rollup hard to keep, until the host stops.</summary>
internal sealed partial class LiveTraffic(
    IUsageRecorder recorder, NpgsqlDataSource dataSource, TimeProvider time, ILogger<LiveTraffic> log) : BackgroundService
{
    private const double ReportsPerSecond = 4;
    private const int Connections = 2;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var agents = await Cast.ReadAsync(dataSource, stoppingToken);
                var seed = new Seed(unchecked((ulong)time.GetUtcNow().Ticks));
                await new TrafficRun(recorder, dataSource, agents, time).SendAsync(
                    ArrivalProcess.Requests(seed, ReportsPerSecond, duration: null).ToAsyncEnumerable(), Connections, mixed: true,
                    stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or UnknownTaskException)
            {
                Interrupted(failure, PauseAfterFailure);
                await Task.Delay(PauseAfterFailure, time, stoppingToken);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Live traffic was interrupted; it goes on in {Pause}.")]
    private partial void Interrupted(Exception failure, TimeSpan pause);
}
