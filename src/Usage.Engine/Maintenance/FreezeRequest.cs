using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>What to freeze.</summary>
/// <param name="Before">
/// The end of the frozen hours: a whole UTC hour, at least <see cref="MinimumAge"/> in the past. It never moves back.
/// </param>
public sealed record FreezeRequest(Instant Before)
{
    /// <summary>
    /// The least age of a frozen hour: 48 hours, so that tasks under way have ended, and today is not frozen in any time zone.
    /// </summary>
    public static Duration MinimumAge { get; } = Duration.FromHours(48);

    /// <summary>Whether to verify the hours first, and refuse if any differs from the raw rows. Default: true.</summary>
    public bool Verify { get; init; } = true;
}
