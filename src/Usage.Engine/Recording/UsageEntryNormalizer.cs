using Usage.Engine.Rollup;

namespace Usage.Engine.Recording;

/// <summary>Brings an entry into the form that is checked and stored. Doing it twice changes nothing more.</summary>
internal static class UsageEntryNormalizer
{
    /// <param name="entry">What the task reports.</param>
    /// <param name="runtimeProvider">The provider of the task's runtime, for an entry that names none.</param>
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
