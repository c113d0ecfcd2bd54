using Microsoft.Extensions.AI;

namespace Usage.Extensions.AI;

/// <summary>The usage that a response reports, in four disjoint classes of tokens.</summary>
/// <param name="Input">Input tokens, without those of a cache.</param>
/// <param name="Output">Output tokens.</param>
/// <param name="CacheRead">Tokens read from a cache.</param>
/// <param name="CacheWrite">Tokens written to a cache.</param>
/// <param name="CacheWrite1h">Those of <paramref name="CacheWrite"/> that the cache keeps for an hour, as far as the response says.</param>
internal readonly record struct CallCounts(long Input, long Output, long CacheRead, long CacheWrite, long CacheWrite1h)
{
    /// <summary>The names that adapters give to tokens read from a cache, without dots and underscores.</summary>
    private static readonly HashSet<string> CacheReadNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "CacheReadInputTokens", "CacheReadInputTokenCount", "CacheReadTokens", "CacheReadTokenCount",
    };

    /// <summary>The same for tokens written to one.</summary>
    private static readonly HashSet<string> CacheWriteNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "CacheCreationInputTokens", "CacheCreationInputTokenCount", "CacheCreationTokens", "CacheWriteInputTokens",
        "CacheWriteInputTokenCount", "CacheWriteTokens", "CacheWriteTokenCount", "CacheWrite", "InputTokenDetailsCacheWriteTokenCount",
    };

    /// <summary>The same for tokens kept for an hour.</summary>
    private static readonly HashSet<string> CacheWrite1hNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "Ephemeral1hInputTokens", "CacheCreationEphemeral1hInputTokens", "CacheCreation1hInputTokens", "CacheWrite1hInputTokens",
        "CacheWrite1hTokens",
    };

    /// <summary>Copies the counts of an object, because an outer client adds to it later. Null when it has no counts.</summary>
    /// <remarks>
    /// By convention the input includes cached tokens, and <c>CachedInputTokenCount</c> is their number. An adapter from before that
    /// convention reports cache reads only among the additional counts, and not in the input.
    /// </remarks>
    public static CallCounts? Copy(UsageDetails? usage)
    {
        if (usage is null or { InputTokenCount: null, OutputTokenCount: null })
        {
            return null;
        }

        var (input, output) = (Positive(usage.InputTokenCount), Positive(usage.OutputTokenCount));
        var write1h = Largest(usage.AdditionalCounts, CacheWrite1hNames) ?? 0;
        var write = Math.Max(Largest(usage.AdditionalCounts, CacheWriteNames) ?? 0, write1h);
        return usage.CachedInputTokenCount is null && Largest(usage.AdditionalCounts, CacheReadNames) is { } besideInput
            ? new(input, output, besideInput, write, write1h)
            : new(
                Math.Max(input - Positive(usage.CachedInputTokenCount) - write, 0), output, Positive(usage.CachedInputTokenCount), write,
                write1h);
    }

    private static long Positive(long? count) => Math.Max(count ?? 0, 0);

    /// <summary>An adapter may report the same number under several names.</summary>
    private static long? Largest(AdditionalPropertiesDictionary<long>? counts, HashSet<string> names)
    {
        long? largest = null;
        foreach (var (name, count) in counts ?? [])
        {
            if (names.Contains(name.Replace("_", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal)))
            {
                largest = Math.Max(largest ?? 0, count);
            }
        }

        return largest;
    }
}
