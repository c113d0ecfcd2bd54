namespace Usage.Engine.Rollup;

/// <summary>
/// The measures of a bucket that has exceeded 64 bits, in 128 bits, so that the result does not depend on the order of rows, some
/// of which may be negative.
/// </summary>
internal sealed class WideSum
{
    private static readonly string[] Measures =
    [
        "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cost_usd_ticks",
        "uncosted_input_tokens", "uncosted_output_tokens", "uncosted_cache_read_tokens", "uncosted_cache_write_tokens",
    ];

    private readonly Int128[] sums;
    private long tasks;
    private long events;

    /// <summary>Continues from a sum that still fits.</summary>
    public WideSum(in BucketSum sum)
    {
        sums =
        [
            sum.InputTokens, sum.OutputTokens, sum.CacheReadTokens, sum.CacheWriteTokens, sum.CostUsdTicks,
            sum.UncostedInputTokens, sum.UncostedOutputTokens, sum.UncostedCacheReadTokens, sum.UncostedCacheWriteTokens,
        ];
        tasks = sum.TaskCount;
        events = sum.EventCount;
    }

    /// <summary>The first measure that exceeds 64 bits, and its value; null if all fit.</summary>
    public (string Measure, Int128 Value)? Excess
    {
        get
        {
            var place = Array.FindIndex(sums, sum => sum < long.MinValue || sum > long.MaxValue);
            return place < 0 ? null : (Measures[place], sums[place]);
        }
    }

    /// <summary>Adds a usage row.</summary>
    public void Add(in UsageRow row, bool isNewTask)
    {
        ReadOnlySpan<long> tokens = [row.InputTokens, row.OutputTokens, row.CacheReadTokens, row.CacheWriteTokens];
        for (var i = 0; i < tokens.Length; i++)
        {
            sums[i] += tokens[i];
            sums[tokens.Length + 1 + i] += row.CostUsdTicks is null ? tokens[i] : 0;
        }

        sums[tokens.Length] += row.CostUsdTicks ?? 0;
        tasks += isNewTask ? 1 : 0;
        events++;
    }

    /// <summary>Converts back to 64 bits.</summary>
    /// <exception cref="OverflowException">A measure exceeds 64 bits.</exception>
    public BucketSum Narrow() => checked(new(
        (long)sums[0], (long)sums[1], (long)sums[2], (long)sums[3], (long)sums[4], (long)sums[5], (long)sums[6], (long)sums[7],
        (long)sums[8], tasks, events));
}
