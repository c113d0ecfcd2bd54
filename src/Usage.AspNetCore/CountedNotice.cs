namespace Usage.AspNetCore;

/// <summary>
/// Throttles the log of a frequent event: the first occurrence is logged at once, then one line per interval with the count.
/// Thread-safe.
/// </summary>
internal sealed class CountedNotice(TimeSpan every, TimeProvider time)
{
    private readonly Lock guard = new();
    private long unreported;
    private long? reportedAt;

    /// <summary>
    /// Counts one event. Returns the number of events since the last line if the next line is due; otherwise null.
    /// </summary>
    public long? Count()
    {
        lock (guard)
        {
            unreported++;
            if (reportedAt is { } last && time.GetElapsedTime(last) < every)
            {
                return null;
            }

            var count = unreported;
            (unreported, reportedAt) = (0, time.GetTimestamp());
            return count;
        }
    }
}
