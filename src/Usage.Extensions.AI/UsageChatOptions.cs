using System.ComponentModel.DataAnnotations;

namespace Usage.Extensions.AI;

/// <summary>Settings of the recording of model calls.</summary>
public sealed class UsageChatOptions
{
    /// <summary>Maximum number of calls waiting to be recorded; further ones are dropped, counted and logged. Default: 50,000; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 50_000;

    /// <summary>Number of connections that record at the same time. Default: 2; 1 to 100.</summary>
    [Range(1, 100)]
    public int MaxConcurrency { get; set; } = 2;
}
