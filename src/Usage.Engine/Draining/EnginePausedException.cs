using NodaTime;

namespace Usage.Engine.Draining;

/// <summary>The engine is paused for all replicas; resume it first.</summary>
public sealed class EnginePausedException(Instant since)
    : InvalidOperationException($"The engine is paused since {since}. Resume it first; marks go on collecting meanwhile.")
{
    /// <summary>When the engine was paused, by the database's clock.</summary>
    public Instant Since { get; } = since;
}
