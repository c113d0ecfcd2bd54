using Npgsql;
using Usage.Demo.Planning;
using Usage.Demo.Traffic;
using Usage.Demo.Writing;
using Usage.Engine;
using Usage.Engine.Maintenance;
using Usage.Engine.Recording;

namespace Usage.Demo;

/// <summary>Sends realistic traffic to a database, as an application would.</summary>
internal sealed class LoadRun(IUsageRecorder recorder, IUsageEngine engine, NpgsqlDataSource dataSource, TimeProvider time)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    /// <param name="request">The traffic to send.</param>
    /// <param name="say">Receives a line of text per step.</param>
    /// <param name="sent">Receives the number of requests sent, every second.</param>
    /// <param name="cancellationToken">Ends the traffic early. The result covers what was sent, without verification.</param>
    public async Task<LoadResult> RunAsync(
        LoadRequest request, Action<string> say, IProgress<long> sent, CancellationToken cancellationToken)
    {
        var agents = await CastAsync(say, cancellationToken);
        var run = new TrafficRun(recorder, dataSource, agents, time);
        var started = time.GetTimestamp();
        var requests = request.Trace is { } path
            ? new TraceFile(path, request.Speed).ReadAsync(cancellationToken)
            : ArrivalProcess.Requests(NewSeed(), request.Rate, request.Duration)
                .TakeWhile(_ => time.GetElapsedTime(started) < request.Duration).ToAsyncEnumerable();
        TrafficFigures figures;
        await using (time.CreateTimer(_ => sent.Report(run.Sent), null, ProgressInterval, ProgressInterval))
        {
            figures = await run.SendAsync(requests, request.Connections, request.Mixed, cancellationToken);
        }

        var elapsed = time.GetElapsedTime(started);
        sent.Report(run.Sent);
        var drift = request.Verify && !cancellationToken.IsCancellationRequested ? await VerifyAsync(say, cancellationToken) : (long?)null;
        return LoadResult.Of(figures, elapsed, drift);
    }

    private Seed NewSeed() => new(unchecked((ulong)time.GetUtcNow().Ticks));

    private async Task<IReadOnlyList<TrafficAgent>> CastAsync(Action<string> say, CancellationToken cancellationToken)
    {
        var agents = await TrafficAgents.ReadAsync(dataSource, cancellationToken);
        if (agents.Count > 0)
        {
            return agents;
        }

        say("This database has no agents. Adding three small workspaces.");
        var history = new PlannedHistory(dataSource);
        await history.PrepareAsync(cancellationToken);
        await history.AddWorldAsync(NewSeed(), new WorldScale(workspaces: 3, agents: 24, issues: 100), period: null, cancellationToken);
        return await TrafficAgents.ReadAsync(dataSource, cancellationToken);
    }

    private async Task<long> VerifyAsync(Action<string> say, CancellationToken cancellationToken)
    {
        say("Draining, then verifying.");
        await engine.DrainAsync(cancellationToken: cancellationToken);
        var report = await engine.VerifyAsync(new VerifyRequest(), cancellationToken: cancellationToken);
        return report.DriftCount + report.HoursNotBackfilled;
    }
}
