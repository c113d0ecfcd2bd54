namespace Usage.Demo.Planning;

/// <summary>Divides a whole number in proportion to weights.</summary>
internal static class Apportionment
{
    /// <summary>
    /// Parts that add up to <paramref name="total"/>, each proportional to its weight, rounded down or up. The offset, 0 to 1,
    /// decides which are rounded up; a random offset makes the parts proportional on average.
    /// </summary>
    public static int[] Split(IReadOnlyList<double> weights, int total, double offset = 0.5)
    {
        var sum = weights.Sum();
        var parts = new int[weights.Count];
        double seen = 0;
        var given = 0;
        for (var index = 0; index < parts.Length; index++)
        {
            seen += weights[index];
            var due = index == parts.Length - 1 ? total : (int)Math.Min(total, Math.Floor((seen / sum * total) + offset));
            parts[index] = due - given;
            given = due;
        }

        return parts;
    }

    /// <summary>Reduces weights so that no part of a split of <paramref name="total"/> exceeds its limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sum of the limits is less than the total.</exception>
    public static double[] Limit(IReadOnlyList<double> weights, IReadOnlyList<int> limits, int total)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(total, limits.Sum(limit => (long)limit));
        var shares = new double[weights.Count];
        var open = Enumerable.Range(0, weights.Count).Where(index => limits[index] > 0).ToList();
        double left = total;
        while (open.Count > 0)
        {
            var scale = left / open.Sum(index => weights[index]);
            var full = open.Where(index => weights[index] * scale >= limits[index]).ToList();
            foreach (var index in full.Count > 0 ? full : open)
            {
                shares[index] = Math.Min(weights[index] * scale, limits[index]);
                left -= shares[index];
            }

            open = full.Count > 0 ? open.Except(full).ToList() : [];
        }

        return shares;
    }
}
