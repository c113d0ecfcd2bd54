namespace Usage.Engine.Rollup;

/// <summary>
/// The measures of a bucket. The uncosted tokens are those of the rows without a price of the provider's own:
/// what is still to be estimated.
/// </summary>
/// <param name="Spelling">
/// How the rows spell the provider: empty as the bucket's key has it, <see cref="SeveralSpellings"/>, or the one other spelling of them all.
/// </param>
internal readonly record struct BucketSum(
    long InputTokens, long OutputTokens, long CacheReadTokens, long CacheWriteTokens, long CostUsdTicks,
    long UncostedInputTokens, long UncostedOutputTokens, long UncostedCacheReadTokens, long UncostedCacheWriteTokens,
    long TaskCount, long EventCount, string Spelling)
{
    /// <summary>Stands for several spellings of one provider. It has no capitals, so it is never the other spelling of a provider.</summary>
    public const string SeveralSpellings = "*";

    /// <summary>Of no rows.</summary>
    public static BucketSum Empty { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "");

    /// <summary>This sum with one more usage row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="isNewTask">Whether it is the first of its task.</param>
    /// <param name="spelling">How it spells the provider: empty as the bucket's key has it.</param>
    /// <exception cref="OverflowException">A measure leaves 64 bits.</exception>
    public BucketSum Plus(in UsageRow row, bool isNewTask, string spelling) => checked(this with
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
        Spelling = EventCount == 0 || Spelling == spelling ? spelling : SeveralSpellings,
    });
}
