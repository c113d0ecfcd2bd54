using Microsoft.Extensions.Options;
using NodaTime;
using Usage.Engine.Marks;

namespace Usage.Engine.Draining;

/// <summary>Drains on request, concurrently with the background loops of all replicas.</summary>
internal sealed class DrainRunner(
    DrainRound round, IdlePoll poll, PauseSwitch pause, ReplicaJournal replica, Heartbeat heartbeat, SilentHosts silentHosts,
    IOptions<UsageEngineOptions> options, TimeProvider time)
{
    private static readonly TimeSpan WaitForOthers = TimeSpan.FromMilliseconds(20);

    /// <summary>Drains until nothing is due.</summary>
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

    /// <summary>Creates the plan for the steps of one request.</summary>
    public RoundPlan Plan() => RoundPlan.OnRequest(options.Value);

    /// <summary>
    /// Runs one round, unless the engine is paused. Waits briefly if other replicas hold everything that is pending.
    /// </summary>
    /// <param name="plan">The request's plan, the same for all its steps.</param>
    /// <param name="workspaceId">Only what may concern this workspace; null for all.</param>
    /// <param name="progress">Receives the step's running total after each batch.</param>
    /// <param name="cancellationToken">Ends the step; uncommitted marks are restored.</param>
    /// <exception cref="EnginePausedException">The engine is paused.</exception>
    public async Task<RoundResult> StepAsync(
        RoundPlan plan, Guid? workspaceId, Action<DrainResult>? progress, CancellationToken cancellationToken)
    {
        if (await pause.SinceAsync(cancellationToken).ConfigureAwait(false) is { } since)
        {
            throw new EnginePausedException(since);
        }

        var running = round.RunAsync(plan, poll.Horizon, workspaceId, progress, cancellationToken);
        await heartbeat.DuringAsync(running, replica.SeenAsync, cancellationToken).ConfigureAwait(false);
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
