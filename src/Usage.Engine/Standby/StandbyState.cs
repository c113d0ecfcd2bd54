using NodaTime;

namespace Usage.Engine.Standby;

/// <summary>Whether this process reads reports from the standby.</summary>
/// <param name="Serves">Whether it does; otherwise it reads them from the primary.</param>
/// <param name="Lag">
/// At most so long ago, a change may have been committed that the standby lacks; zero if it lacks nothing. Null if that is unknown.
/// </param>
/// <param name="Reason">What keeps reports from it, as a name: see health. Null while it serves.</param>
/// <param name="Problem">The same, as a sentence.</param>
public sealed record StandbyState(bool Serves, Duration? Lag, string? Reason, string? Problem)
{
    internal static StandbyState Of(StandbyOutage outage) =>
        new(Serves: false, outage.Lag, StandbyFaults.NameOf(outage.Fault), StandbyFaults.Describe(outage.Fault));
}
