using Microsoft.Extensions.Options;
using NodaTime;
using Usage.Engine.Marks;

namespace Usage.Engine.Draining;

/// <summary>Drains on request, beside the background loops of all replicas.</summary>
internal sealed class DrainRunner(
    DrainRound round, MarkWatch watch, PauseSwitch pause, ReplicaJournal replica, Pulse pulse, SilentHosts silentHosts,
    IOptions<UsageEngineOptions> options, TimeProvider time)
{
    private static readonly TimeSpan WaitForOthers = TimeSpan.FromMilliseconds(20);

    /// <summary>Drains until a pick finds nothing that is due.</summary>
    public async Task<DrainResult> DrainAsync(
        Guid? workspaceId, IProgress<DrainResult>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var plan = Plan();
        var total = DrainResult.Nothing;
        while (true)
        {
            var step = await StepAsync(
                plan, workspaceId, soFar => progress?.Report((total + soFar) with { Elapsed = Elapsed() }), cancellationToken).ConfigureAwait(false);
            total += step.Result;
            if (step.Empty)
            {
                return total with { Elapsed = Elapsed() };
            }
        }

        Duration Elapsed() => Duration.FromTimeSpan(time.GetElapsedTime(started));
    }

    /// <summary>How steps of one request are made.</summary>
    public RoundPlan Plan() => RoundPlan.OnRequest(options.Value);

    /// <summary>One round, unless the engine is paused; waits a little when all that is pending is in the hands of other replicas.</summary>
    /// <param name="plan">Of this request, the same for all its steps.</param>
    /// <param name="workspaceId">Only what may concern this workspace; null for all.</param>
    /// <param name="progress">Is told after each batch what the step has done so far.</param>
    /// <param name="cancellationToken">Ends the step; what is not committed is given back.</param>
    /// <exception cref="EnginePausedException">The engine is paused.</exception>
    public async Task<RoundResult> StepAsync(
        RoundPlan plan, Guid? workspaceId, Action<DrainResult>? progress, CancellationToken cancellationToken)
    {
        if (await pause.SinceAsync(cancellationToken).ConfigureAwait(false) is { } since)
        {
            throw new EnginePausedException(since);
        }

        var running = round.RunAsync(plan, watch.Horizon, workspaceId, progress, cancellationToken);
        await pulse.DuringAsync(running, replica.SeenAsync, cancellationToken).ConfigureAwait(false);
        var step = await running.ConfigureAwait(false);
        if (step.Result.Hours > 0)
        {
            await replica.RecordAsync(step.Result, cancellationToken).ConfigureAwait(false);
        }
        else if (!step.Empty && step.Result.Failed == 0)
        {
            await silentHosts.EndWhenDueAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(WaitForOthers, time, cancellationToken).ConfigureAwait(false);
        }

        return step;
    }
}
