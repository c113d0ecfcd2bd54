using System.Diagnostics.Metrics;

namespace Usage.Extensions.AI;

/// <summary>Counts the outcomes of model calls, on the meter <c>Usage.Extensions.AI</c>.</summary>
internal sealed class ModelCallMetrics(IMeterFactory meters)
{
    /// <summary>Its usage was added to the task.</summary>
    public const string Recorded = "recorded";

    /// <summary>A response with its id had been recorded before.</summary>
    public const string Repeated = "repeated";

    /// <summary>It reported no usage: it failed, was cancelled, or its stream ended early.</summary>
    public const string Unknown = "unknown";

    /// <summary>Neither a scope nor its options named a task.</summary>
    public const string NoTask = "no_task";

    /// <summary>It was not recorded: the queue was full or closed, or the recording was refused or failed.</summary>
    public const string Lost = "lost";

    private readonly Counter<long> calls =
        meters.Create("Usage.Extensions.AI").CreateCounter<long>("usage.calls", "{call}", "Model calls, by what became of their usage.");

    public void Count(string outcome, long number = 1) => calls.Add(number, new KeyValuePair<string, object?>("usage.outcome", outcome));
}
