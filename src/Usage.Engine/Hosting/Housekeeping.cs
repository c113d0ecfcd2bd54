using Microsoft.Extensions.Options;
using Usage.Engine.Maintenance;
using Usage.Engine.Marks;

namespace Usage.Engine.Hosting;

/// <summary>
/// Removes what nothing refers to any more, keeps retries within their longest wait, marks history that another host began to mark and did not, and completes a backfill whose last
/// marks a drain on request took. No figure depends on when it runs.
/// </summary>
internal sealed class Housekeeping(
    MovedAgents moved, SetAsideMarks setAside, Backfill backfill, IOptions<UsageEngineOptions> options, TimeProvider time)
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
        await moved.ForgetAsync(cancellationToken).ConfigureAwait(false);
        await setAside.ForgetUnmarkedAsync(cancellationToken).ConfigureAwait(false);
        await setAside.LimitWaitsAsync(cancellationToken).ConfigureAwait(false);
        if (options.Value.AutoBackfill)
        {
            await backfill.MarkHistoryOnceAsync(cancellationToken).ConfigureAwait(false);
        }

        await backfill.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }
}
