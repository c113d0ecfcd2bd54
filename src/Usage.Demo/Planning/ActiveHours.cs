namespace Usage.Demo.Planning;

/// <summary>Draws the hours in which agents work, from their workspace's habit and time zone, with busy and idle days.</summary>
internal sealed class ActiveHours(HistoryPeriod period)
{
    private const double BusiestShare = 0.7;
    private const double GrowthOverPeriod = 3;
    private const double DayToDaySpread = 0.9;

    private readonly double[] weights = new double[period.Hours];
    private readonly double[] order = new double[period.Hours];
    private readonly int[] hours = new int[period.Hours];
    private PlannedWorkspace? workspace;

    /// <summary>The most sessions that an agent can have in a period.</summary>
    public static int Limit(HistoryPeriod period, PlannedAgent agent) =>
        (int)Math.Ceiling((period.Hours - FirstHour(period, agent)) * BusiestShare);

    public void MoveTo(PlannedWorkspace to)
    {
        if (workspace == to)
        {
            return;
        }

        workspace = to;
        for (var hour = 0; hour < weights.Length; hour++)
        {
            var growth = period.Grows ? Math.Pow(GrowthOverPeriod, (double)hour / weights.Length) : 1;
            weights[hour] = growth * WorkingHours.Weight(to.Habit, period.HourAt(hour).InZone(to.Zone).LocalDateTime);
        }
    }

    /// <summary>Draws distinct hours, by weight.</summary>
    public IEnumerable<int> Draw(Random random, PlannedAgent agent, int count)
    {
        if (count == 0)
        {
            return [];
        }

        var first = FirstHour(period, agent);
        double mood = 1;
        for (var hour = first; hour < weights.Length; hour++)
        {
            if (hour % 24 == 0 || hour == first)
            {
                mood = random.LogNormal(1, DayToDaySpread);
            }

            // Weighted sampling without replacement: the smallest of exponential draws, each divided by its weight.
            order[hour] = random.Exponential() / (weights[hour] * mood);
            hours[hour] = hour;
        }

        Array.Sort(order, hours, first, hours.Length - first);
        return hours.AsSpan(first, count).ToArray();
    }

    private static int FirstHour(HistoryPeriod period, PlannedAgent agent) => period.Grows ? (int)(agent.Joins * period.Hours) : 0;
}
