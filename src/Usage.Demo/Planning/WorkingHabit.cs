using NodaTime;

namespace Usage.Demo.Planning;

/// <summary>The hours of the week in which a workspace works.</summary>
internal enum WorkingHabit
{
    Office,
    Evenings,
    AroundTheClock,
}

internal static class WorkingHours
{
    private const double WeekendInOffice = 0.12;
    private const double WeekendAtHome = 1.6;

    /// <summary>Relative amount of work in the hour that begins at this local time.</summary>
    public static double Weight(WorkingHabit habit, LocalDateTime local)
    {
        var hour = local.Hour + (local.Minute / 60.0);
        var weekend = local.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday;
        return habit switch
        {
            WorkingHabit.Office => (weekend ? WeekendInOffice : 1) * (0.02 + Peak(hour, 10, 1.7) + (0.9 * Peak(hour, 15, 2.2))),
            WorkingHabit.Evenings => (weekend ? WeekendAtHome : 1) * (0.04 + Peak(hour, 20.5, 2.2) + (0.2 * Peak(hour, 12.5, 1))),
            WorkingHabit.AroundTheClock => (weekend ? 0.9 : 1) * (0.7 + (0.5 * Peak(hour, 2, 2)) + (0.3 * Peak(hour, 14, 3))),
            _ => throw new ArgumentOutOfRangeException(nameof(habit), habit, "Unknown working habit."),
        };
    }

    private static double Peak(double hour, double at, double width)
    {
        var distance = (hour - at) / width;
        return Math.Exp(-distance * distance / 2);
    }
}
