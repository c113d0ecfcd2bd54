using Usage.Engine.Rollup;

namespace Usage.Engine.Recording;

/// <summary>Normalises an entry to the form that is validated and stored. Idempotent.</summary>
internal static class UsageEntryNormalizer
{
    /// <param name="entry">The entry as reported.</param>
    /// <param name="runtimeProvider">The provider of the task's runtime, used if the entry has none.</param>
    public static UsageEntry Normalize(UsageEntry entry, string? runtimeProvider)
    {
        var provider = ProviderName.Normalize(entry.Provider);
        return entry with
        {
            Provider = provider.Length > 0 ? provider : ProviderName.Normalize(runtimeProvider),
            CostUsdTicks = entry.CostUsdTicks > 0 ? entry.CostUsdTicks : null,
        };
    }
}
