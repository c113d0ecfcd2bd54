using Usage.Engine.Maintenance;
using Usage.Engine.Marks;
using Usage.Engine.Recording;

namespace Usage.Engine.Hosting;

/// <summary>
/// Removes what nothing refers to any more, and completes a backfill whose last marks a drain on request took. No figure depends on
/// when it runs.
/// </summary>
internal sealed class Housekeeping(
    MovedAgents moved, SetAsideMarks setAside, Backfill backfill, AddedUsageKeys addedKeys, TimeProvider time)
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
        await backfill.CompleteAsync(cancellationToken);
        await addedKeys.ForgetAsync(cancellationToken);
    }
}
