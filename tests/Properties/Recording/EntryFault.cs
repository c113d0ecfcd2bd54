using NodaTime;
using Usage.Engine.Recording;

namespace Usage.Tests.Properties.Recording;

/// <summary>A way to break exactly one rule of an entry.</summary>
internal sealed record EntryFault(string Field, string Name, Func<UsageEntry, UsageEntry> Apply)
{
    private const long TooMany = 1_000_000_000_001;
    private const long TooMuch = 1_000_000_000_000_001;

    public static EntryFault[] All { get; } =
    [
        new("provider", "too long", entry => entry with { Provider = new string('p', 201) }),
        new("provider", "with NUL", entry => entry with { Provider = "open\0ai" }),
        new("provider", "with half a character", entry => entry with { Provider = "\ud83d" }),
        new("model", "missing", entry => entry with { Model = null }),
        new("model", "empty", entry => entry with { Model = "" }),
        new("model", "blank", entry => entry with { Model = " \t" }),
        new("model", "too long", entry => entry with { Model = string.Concat(Enumerable.Repeat("😀", 201)) }),
        new("model", "with NUL", entry => entry with { Model = "\0" }),
        new("model", "with half a character", entry => entry with { Model = "m\ude00" }),
        new("input_tokens", "negative", entry => entry with { InputTokens = -1 }),
        new("input_tokens", "too large", entry => entry with { InputTokens = TooMany }),
        new("output_tokens", "negative", entry => entry with { OutputTokens = long.MinValue }),
        new("output_tokens", "too large", entry => entry with { OutputTokens = long.MaxValue }),
        new("cache_read_tokens", "negative", entry => entry with { CacheReadTokens = -1 }),
        new("cache_read_tokens", "too large", entry => entry with { CacheReadTokens = TooMany }),
        new("cache_write_tokens", "negative", entry => entry with { CacheWriteTokens = -1 }),
        new("cache_write_tokens", "too large", entry => entry with { CacheWriteTokens = TooMany }),
        new("cost_usd_ticks", "too large", entry => entry with { CostUsdTicks = TooMuch }),
        new("created_at", "too far ahead", entry => entry with
        {
            CreatedAt = ReportGenerators.Now + Duration.FromMinutes(5) + Duration.Epsilon,
        }),
        new("created_at", "too far back", entry => entry with
        {
            CreatedAt = ReportGenerators.Now - Duration.FromDays(400) - Duration.Epsilon,
        }),
        new("created_at", "at the end of time", entry => entry with { CreatedAt = Instant.MaxValue }),
        new("created_at", "at the beginning of time", entry => entry with { CreatedAt = Instant.MinValue }),
    ];

    public override string ToString() => $"{Field} {Name}";
}

/// <summary>A report, and the (entry, field) pairs that break a rule.</summary>
internal sealed record SpoiledReport(UsageEntry[] Entries, (int? Entry, string Field)[] Broken)
{
    public static SpoiledReport Create(UsageEntry[] report, (int Index, EntryFault Fault)[] faults)
    {
        UsageEntry[] spoiled = [.. report];
        foreach (var (index, fault) in faults)
        {
            spoiled[index] = fault.Apply(spoiled[index]);
        }

        return new(spoiled, [.. faults.Select(at => ((int?)at.Index, at.Fault.Field))]);
    }
}
