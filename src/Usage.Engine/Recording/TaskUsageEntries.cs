namespace Usage.Engine.Recording;

/// <summary>A task and its entries in a batch.</summary>
public sealed record TaskUsageEntries(Guid TaskId, IReadOnlyList<UsageEntry> Entries);
