using System.ComponentModel.DataAnnotations;

namespace Usage.Otlp;

/// <summary>How the spans of model calls find their task.</summary>
public sealed class UsageTraceOptions
{
    /// <summary>The attribute of a span, or of its resource, that is the task's id: a GUID. Default: <c>usage.task.id</c>.</summary>
    [Required]
    public string TaskAttribute { get; set; } = "usage.task.id";

    /// <summary>
    /// Finds the task of a span that lacks the attribute, by its attributes and those of its resource, as text; the span's take precedence. Null when
    /// it has none. Default: null, which ignores such spans.
    /// </summary>
    public Func<IReadOnlyDictionary<string, string>, Guid?>? FindTask { get; set; }
}
