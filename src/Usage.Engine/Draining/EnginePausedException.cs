using NodaTime;

namespace Usage.Engine.Draining;

/// <summary>The engine is paused in all replicas.</summary>
public sealed class EnginePausedException(Instant since)
    : InvalidOperationException($"The engine has been paused since {since}. Resume it first; no change is lost while it is paused.")
{
    /// <summary>When the engine was paused, by the database's clock.</summary>
    public Instant Since { get; } = since;
}
