using NodaTime;

namespace Usage.Engine.Standby;

/// <summary>The server that a report was read from.</summary>
/// <param name="IsStandby">Whether it was the standby; otherwise the primary.</param>
/// <param name="Lag">
/// At most so long ago, a change may have been committed that the report lacks. Zero if it lacks nothing that was committed when it began; null if
/// that can't be known.
/// </param>
public sealed record ReportServer(bool IsStandby, Duration? Lag)
{
    /// <summary>The primary, which lacks nothing.</summary>
    public static ReportServer Primary { get; } = new(IsStandby: false, Duration.Zero);
}
