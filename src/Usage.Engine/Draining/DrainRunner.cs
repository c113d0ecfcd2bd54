using NodaTime;
using Usage.Engine.Maintenance;
using Usage.Engine.Marks;
using Usage.Engine.Storage;

namespace Usage.Engine.Draining;

/// <summary>Drains on request, beside the background loops of all replicas.</summary>
internal sealed class DrainRunner(DrainRound round, MarkWatch watch, PauseSwitch pause, ReplicaJournal replica, TimeProvider time)
{
    /// <summary>Two keep both a client and a server core busy; hours are shared out by their locks.</summary>
    private const int Connections = 2;

    /// <summary>Drains that run side by side wait for each other at the end of a round, so rounds are long.</summary>
    private static readonly TimeSpan BackfillTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan WaitForOthers = TimeSpan.FromMilliseconds(20);

    /// <summary>Drains until a pick finds nothing that is due.</summary>
    public async Task<DrainResult> DrainAsync(
        Guid? workspaceId, IProgress<DrainResult>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var total = DrainResult.Nothing;
        while (true)
        {
            var step = await StepAsync(workspaceId, cancellationToken);
            total = (total + step.Result) with { Elapsed = Duration.FromTimeSpan(time.GetElapsedTime(started)) };
            if (step.Empty)
            {
                return total;
            }

            progress?.Report(total);
        }
    }

    /// <summary>One round, unless the engine is paused; waits a little when all that is pending is in the hands of other replicas.</summary>
    /// <exception cref="EnginePausedException">The engine is paused.</exception>
    public async Task<RoundResult> StepAsync(Guid? workspaceId, CancellationToken cancellationToken)
    {
        if (await pause.SinceAsync(cancellationToken) is { } since)
        {
            throw new EnginePausedException(since);
        }

        var step = await round.RunAsync(watch.Horizon, workspaceId, Connections, BackfillTime, cancellationToken);
        if (step.Result.Hours > 0)
        {
            await replica.RecordAsync(step.Result, cancellationToken);
        }
        else if (!step.Empty && step.Result.Failed == 0)
        {
            await Task.Delay(WaitForOthers, time, cancellationToken);
        }

        return step;
    }
}
