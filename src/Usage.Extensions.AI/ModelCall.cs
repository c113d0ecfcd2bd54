using Microsoft.Extensions.AI;
using Usage.Engine.Recording;

namespace Usage.Extensions.AI;

/// <summary>A model call, ready to be recorded.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Key">What it is recorded under, once.</param>
/// <param name="Entry">What it used.</param>
internal sealed record ModelCall(Guid TaskId, string Key, UsageEntry Entry);

/// <summary>What a response says of its usage, in the four disjoint classes of tokens.</summary>
internal readonly record struct CallCounts(long Input, long Output, long CacheRead, long CacheWrite)
{
    /// <summary>The names that adapters give to tokens written to a cache, without regard to case, dots and underscores.</summary>
    private static readonly HashSet<string> CacheWriteNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "CacheCreationInputTokens", "CacheCreationInputTokenCount", "CacheCreationTokens", "CacheWriteInputTokens",
        "CacheWriteInputTokenCount", "CacheWriteTokens", "CacheWriteTokenCount", "CacheWrite", "InputTokenDetailsCacheWriteTokenCount",
    };

    /// <summary>Copies what an object says now: an outer client adds to it later. Null where it says nothing.</summary>
    public static CallCounts? Copy(UsageDetails? usage)
    {
        if (usage is null or { InputTokenCount: null, OutputTokenCount: null })
        {
            return null;
        }

        var read = Math.Max(usage.CachedInputTokenCount ?? 0, 0);
        var write = CacheWrites(usage.AdditionalCounts);
        return new(
            Math.Max(Math.Max(usage.InputTokenCount ?? 0, 0) - read - write, 0), Math.Max(usage.OutputTokenCount ?? 0, 0), read, write);
    }

    private static long CacheWrites(AdditionalPropertiesDictionary<long>? counts)
    {
        // One adapter may give one number under several names.
        var writes = 0L;
        foreach (var (name, count) in counts ?? [])
        {
            if (CacheWriteNames.Contains(name.Replace("_", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal)))
            {
                writes = Math.Max(writes, count);
            }
        }

        return writes;
    }
}
