using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Usage.Engine.Health;

/// <summary>Something that is not as it should be. It holds no error text and no name of a host: anybody may ask for health.</summary>
/// <param name="Name">Stable, in snake_case, for alerts: such as <c>schema_missing</c>.</param>
/// <param name="Status">How much it weighs.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Data">Figures behind it, by snake_case names: ages in seconds, counts, lists of names.</param>
public sealed record UsageHealthFinding(
    string Name, HealthStatus Status, string Message, IReadOnlyDictionary<string, object> Data);
