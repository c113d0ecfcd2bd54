using NodaTime;

namespace Usage.Engine.Standby;

/// <summary>A period in which reports are read from the primary although there is a standby.</summary>
/// <param name="Fault">What the last attempt showed.</param>
/// <param name="Attempts">Failed attempts in a row.</param>
/// <param name="Lag">How far the standby was behind; null if that is unknown.</param>
internal sealed record StandbyOutage(StandbyFault Fault, int Attempts, Duration? Lag)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The time until the standby is tried again: doubles from a second to half a minute, unless the standby answers and has only to catch up.</summary>
    public TimeSpan Rest => Fault == StandbyFault.Lagging ? First : First * Math.Pow(2, Math.Min(Attempts - 1, 10)) is var rest && rest < Longest ? rest : Longest;
}
