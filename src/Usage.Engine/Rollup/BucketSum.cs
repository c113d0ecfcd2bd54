namespace Usage.Engine.Rollup;

/// <summary>
/// The measures of a bucket. The uncosted tokens are those of the rows without a price of the provider's own:
/// what is still to be estimated.
/// </summary>
internal readonly record struct BucketSum(
    long InputTokens, long OutputTokens, long CacheReadTokens, long CacheWriteTokens, long CostUsdTicks,
    long UncostedInputTokens, long UncostedOutputTokens, long UncostedCacheReadTokens, long UncostedCacheWriteTokens,
    long TaskCount, long EventCount)
{
    /// <summary>Stands for several spellings of one provider. It has no capitals, so it is never the other spelling of a provider.</summary>
    public const string SeveralSpellings = "*";

    /// <summary>
    /// How the rows spell the provider: empty as the bucket's key has it, <see cref="SeveralSpellings"/>, or the one other spelling of them all.
    /// </summary>
    public string Spelling { get; init; } = "";

    /// <summary>This sum with one more usage row.</summary>
    /// <exception cref="OverflowException">A measure leaves 64 bits.</exception>
    public BucketSum Plus(in UsageRow row, bool isNewTask) => checked(this with
    {
        InputTokens = InputTokens + row.InputTokens,
        OutputTokens = OutputTokens + row.OutputTokens,
        CacheReadTokens = CacheReadTokens + row.CacheReadTokens,
        CacheWriteTokens = CacheWriteTokens + row.CacheWriteTokens,
        CostUsdTicks = CostUsdTicks + (row.CostUsdTicks ?? 0),
        UncostedInputTokens = UncostedInputTokens + (row.CostUsdTicks is null ? row.InputTokens : 0),
        UncostedOutputTokens = UncostedOutputTokens + (row.CostUsdTicks is null ? row.OutputTokens : 0),
        UncostedCacheReadTokens = UncostedCacheReadTokens + (row.CostUsdTicks is null ? row.CacheReadTokens : 0),
        UncostedCacheWriteTokens = UncostedCacheWriteTokens + (row.CostUsdTicks is null ? row.CacheWriteTokens : 0),
        TaskCount = TaskCount + (isNewTask ? 1 : 0),
        EventCount = EventCount + 1,
    });
}
