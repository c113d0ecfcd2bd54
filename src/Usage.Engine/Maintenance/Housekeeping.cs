using Usage.Engine.Marks;
using Usage.Engine.Storage;

namespace Usage.Engine.Maintenance;

/// <summary>Removes what nothing refers to any more. No figure depends on when it runs.</summary>
internal sealed class Housekeeping(MovedAgents moved, SetAsideMarks setAside, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long? ranAt;

    public async Task RunWhenDueAsync(CancellationToken cancellationToken)
    {
        if (ranAt is { } before && time.GetElapsedTime(before) < Interval)
        {
            return;
        }

        ranAt = time.GetTimestamp();
        await moved.ForgetAsync(cancellationToken);
        await setAside.ForgetUnmarkedAsync(cancellationToken);
    }
}
