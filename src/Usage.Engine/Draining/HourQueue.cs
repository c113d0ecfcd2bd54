using Usage.Engine.Marks;

namespace Usage.Engine.Draining;

/// <summary>
/// Hands out the picked hours in batches to concurrent workers: live hours first, then backfill while time remains, but at least
/// one backfill batch, which guarantees progress when live marks never end. Batches get smaller towards the end, so that workers
/// finish at about the same time.
/// </summary>
internal sealed class HourQueue(IReadOnlyList<MarkedHour> hours, int workers, TimeSpan backfillTime, TimeProvider time)
{
    private readonly long started = time.GetTimestamp();
    private readonly Lock gate = new();
    private bool backfillBegun;
    private int next;

    /// <summary>Whether hours were left over because the time ran out.</summary>
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

    /// <summary>The next batch; empty if there is none. A batch never mixes live and backfill hours.</summary>
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
