using NodaTime;

namespace Usage.Tests.Integration.Reporting;

/// <summary>The hour that a clock shows, found by going back in time until it shows another.</summary>
internal static class NaiveHour
{
    private static readonly Duration Step = Duration.FromMinutes(1);

    /// <summary>The first minute from which on the clock, never set meanwhile, shows the hour that it shows at an instant.</summary>
    public static Instant StartOf(Instant instant, DateTimeZone zone)
    {
        var start = Instant.FromUnixTimeSeconds(instant.ToUnixTimeSeconds() / 60 * 60);
        while (Shown(start - Step, zone) == Shown(instant, zone))
        {
            start -= Step;
        }

        return start;
    }

    private static (LocalDate Date, int Hour, Offset Offset) Shown(Instant instant, DateTimeZone zone) =>
        instant.InZone(zone) is var clock ? (clock.Date, clock.Hour, clock.Offset) : default;
}
