using NodaTime;
using NpgsqlTypes;

namespace Usage.Engine.Standby;

/// <summary>What a connection to the standby shows before a report is read on it.</summary>
/// <param name="IsInRecovery">Whether it replays the log of a primary.</param>
/// <param name="Identity">Which database it is.</param>
/// <param name="Replayed">Up to where it has replayed; null if it never was a standby.</param>
/// <param name="ReplayedSeconds">The time of the last commit that it replayed, by the primary's clock; null before the first.</param>
/// <param name="Seconds">Its own clock.</param>
/// <param name="Timeline">The newest history that it is known to replay.</param>
/// <param name="StartedAt">When its server started, in seconds since 1970.</param>
internal readonly record struct StandbySight(
    bool IsInRecovery, DatabaseIdentity Identity, NpgsqlLogSequenceNumber? Replayed, double? ReplayedSeconds, double Seconds,
    int Timeline, double StartedAt)
{
    /// <summary>What excludes it from reports; null if nothing does.</summary>
    /// <param name="primary">The primary as it was last seen.</param>
    /// <remarks>
    /// Positions compare only within one history. A standby that was ahead of the one that was promoted has a later position than the new primary, and lacks
    /// what that commits.
    /// </remarks>
    public StandbyFault? FaultOf(PrimarySight primary) =>
        primary.Identity != Identity ? StandbyFault.WrongDatabase
        : !IsInRecovery ? StandbyFault.NotStandby
        : primary.Timeline != Timeline ? StandbyFault.OtherTimeline
        : null;

    /// <summary>Whether it is not a standby, but the very server that is the primary.</summary>
    public bool IsItself(PrimarySight primary) => primary.Identity == Identity && !IsInRecovery && primary.StartedAt == StartedAt;

    /// <summary>
    /// Zero if it has replayed everything that the primary had written, so that an idle primary is no lag. Otherwise the time since the last
    /// replayed commit, by one clock if the primary answers: what is missing was committed since.
    /// </summary>
    public Duration? LagBehind(PrimarySight? primary)
    {
        if (primary is { } known && Replayed is { } replayed && WalPosition.IsReached(replayed, known.Position))
        {
            return Duration.Zero;
        }

        return ReplayedSeconds is { } last ? Duration.FromSeconds(Math.Max(0, (primary?.Seconds ?? Seconds) - last)) : null;
    }
}
