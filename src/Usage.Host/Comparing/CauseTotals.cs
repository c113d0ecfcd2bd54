namespace Usage.Host.Comparing;

/// <summary>Sums differences by cause and keeps the largest, so that memory does not grow with their number.</summary>
internal sealed class CauseTotals(int measures, int listAtMost)
{
    private readonly Dictionary<DifferenceCause, (long Count, decimal[] Ours, decimal[] Theirs)> totals = [];
    private readonly PriorityQueue<Difference, decimal> largest = new();

    public long Count { get; private set; }

    public void Add(Difference difference)
    {
        Count++;
        var (count, ours, theirs) = totals.TryGetValue(difference.Cause, out var total) ? total : (0, new decimal[measures], new decimal[measures]);
        for (var measure = 0; measure < measures; measure++)
        {
            ours[measure] += difference.Ours[measure];
            theirs[measure] += difference.Theirs[measure];
        }

        totals[difference.Cause] = (count + 1, ours, theirs);
        largest.Enqueue(difference, difference.Size);
        if (largest.Count > listAtMost)
        {
            largest.Dequeue();
        }
    }

    public IReadOnlyList<CauseTotal> Causes() =>
        [.. totals.OrderByDescending(total => total.Value.Count).Select(total => new CauseTotal(total.Key, total.Value.Count, total.Value.Ours, total.Value.Theirs))];

    public IReadOnlyList<Difference> Largest() =>
        [.. largest.UnorderedItems.OrderByDescending(item => item.Priority).ThenBy(item => item.Element.BucketHour).Select(item => item.Element)];
}
