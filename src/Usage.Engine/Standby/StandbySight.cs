using NodaTime;
using NpgsqlTypes;

namespace Usage.Engine.Standby;

/// <summary>What a connection to the standby shows before a report is read on it.</summary>
/// <param name="IsInRecovery">Whether it replays the log of a primary.</param>
/// <param name="Identity">Which database it is.</param>
/// <param name="Replayed">Up to where it has replayed; null if it never was a standby.</param>
/// <param name="ReplayedSeconds">The time of the last commit that it replayed, by the primary's clock; null before the first.</param>
/// <param name="Seconds">Its own clock.</param>
internal readonly record struct StandbySight(
    bool IsInRecovery, DatabaseIdentity Identity, NpgsqlLogSequenceNumber? Replayed, double? ReplayedSeconds, double Seconds)
{
    /// <summary>What excludes it from reports; null if nothing does.</summary>
    /// <param name="expected">The primary's identity.</param>
    public StandbyFault? FaultOf(DatabaseIdentity expected) =>
        expected != Identity ? StandbyFault.WrongDatabase
        : IsInRecovery ? null
        : StandbyFault.NotStandby;

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
