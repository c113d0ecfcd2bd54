using Usage.Engine.Marks;

namespace Usage.Engine.Draining;

/// <summary>
/// The picked hours, handed out in batches to concurrent workers: live ones first, then backfill as long as time is left, and of
/// backfill at least one batch, which is its share when live marks never end. Towards the end batches get smaller, so that no worker has
/// a large one left when the others have none.
/// </summary>
internal sealed class HourQueue(IReadOnlyList<MarkedHour> hours, int workers, TimeSpan backfillTime, TimeProvider time)
{
    private readonly long started = time.GetTimestamp();
    private readonly Lock gate = new();
    private bool backfillBegun;
    private int next;

    /// <summary>Whether hours were left over because the time was up.</summary>
    public bool LeftOver
    {
        get
        {
            lock (gate)
            {
                return next < hours.Count;
            }
        }
    }

    /// <summary>The next batch; empty when there is none. Live and backfill hours don't mix.</summary>
    public IReadOnlyList<MarkedHour> Take(int atMost)
    {
        lock (gate)
        {
            if (next == hours.Count)
            {
                return [];
            }

            var live = hours[next].Live;
            if (!live && backfillBegun && time.GetElapsedTime(started) > backfillTime)
            {
                return [];
            }

            backfillBegun |= !live;
            var share = (hours.Count - next + workers - 1) / workers;
            var size = Math.Min(atMost, Math.Max(share, atMost / 4));
            List<MarkedHour> batch = [];
            while (batch.Count < size && next < hours.Count && hours[next].Live == live)
            {
                batch.Add(hours[next++]);
            }

            return batch;
        }
    }
}
