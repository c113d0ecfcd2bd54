using Usage.Otlp;

namespace Usage.Host;

/// <summary>The settings of the endpoint that takes in traces.</summary>
internal static class TraceSettings
{
    /// <summary>Whether there is one.</summary>
    public const string Enabled = "Usage:Otlp:Enabled";

    private const string TaskAttribute = "Usage:Otlp:TaskAttribute";

    public static void Apply(IConfiguration configuration, UsageTraceOptions options) =>
        options.TaskAttribute = configuration[TaskAttribute] ?? options.TaskAttribute;
}
