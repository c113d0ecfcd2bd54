using Usage.Engine.Diagnostics;

namespace Usage.Tests.Integration.Soak;

/// <summary>Times the claims of a host that drains one batch at a time.</summary>
internal sealed class TimedClaims(LatencyFigures claims, Action drained) : IDrainObserver
{
    private long locked;

    public ValueTask ReachedAsync(DrainStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case DrainStep.Locked:
                locked = TimeProvider.System.GetTimestamp();
                break;
            case DrainStep.Claimed:
                claims.Add(TimeProvider.System.GetElapsedTime(locked));
                break;
            case DrainStep.Committed:
                drained();
                break;
        }

        return ValueTask.CompletedTask;
    }
}
