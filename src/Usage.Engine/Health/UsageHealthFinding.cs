using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Usage.Engine.Health;

/// <summary>A health problem. It contains no error text or host name, because health is public.</summary>
/// <param name="Name">A stable snake_case name for alerts, such as <c>schema_missing</c>.</param>
/// <param name="Status">The severity.</param>
/// <param name="Message">A human-readable sentence.</param>
/// <param name="Data">Details by snake_case name: ages in seconds, counts, lists of names.</param>
public sealed record UsageHealthFinding(
    string Name, HealthStatus Status, string Message, IReadOnlyDictionary<string, object> Data);
