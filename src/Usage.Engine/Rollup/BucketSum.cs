namespace Usage.Engine.Rollup;

/// <summary>
/// The measures of a bucket. Uncosted tokens are those of rows without a cost reported by the provider, whose cost is estimated.
/// </summary>
internal readonly record struct BucketSum(
    long InputTokens, long OutputTokens, long CacheReadTokens, long CacheWriteTokens, long CostUsdTicks,
    long UncostedInputTokens, long UncostedOutputTokens, long UncostedCacheReadTokens, long UncostedCacheWriteTokens,
    long TaskCount, long EventCount)
{
    /// <summary>
    /// Means several spellings of one provider. It has no capitals, so it can't be an unfolded spelling itself.
    /// </summary>
    public const string SeveralSpellings = "*";

    /// <summary>
    /// How the rows spell the provider: empty if as in the bucket's key, <see cref="SeveralSpellings"/>, or their common other
    /// spelling.
    /// </summary>
    public string Spelling { get; init; } = "";

    /// <summary>Adds a usage row.</summary>
    /// <exception cref="OverflowException">A measure exceeds 64 bits.</exception>
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
