namespace Usage.Demo.Planning;

/// <summary>Draws the hours in which agents work, from their workspace's habit and time zone, with busy and idle days.</summary>
internal sealed class ActiveHours(Stretch stretch)
{
    private const double BusiestShare = 0.7;
    private const double GrowthOverStretch = 3;
    private const double DayToDaySpread = 0.9;

    private readonly double[] weights = new double[stretch.Hours];
    private readonly double[] order = new double[stretch.Hours];
    private readonly int[] hours = new int[stretch.Hours];
    private PlannedWorkspace? workspace;

    /// <summary>The most sessions that an agent can have in a period.</summary>
    public static int Limit(Stretch stretch, PlannedAgent agent) =>
        (int)Math.Ceiling((stretch.Hours - FirstHour(stretch, agent)) * BusiestShare);

    public void MoveTo(PlannedWorkspace to)
    {
        if (workspace == to)
        {
            return;
        }

        workspace = to;
        for (var hour = 0; hour < weights.Length; hour++)
        {
            var growth = stretch.Grows ? Math.Pow(GrowthOverStretch, (double)hour / weights.Length) : 1;
            weights[hour] = growth * WorkingHours.Weight(to.Habit, stretch.HourAt(hour).InZone(to.Zone).LocalDateTime);
        }
    }

    /// <summary>Draws distinct hours, by weight.</summary>
    public IEnumerable<int> Draw(Random random, PlannedAgent agent, int count)
    {
        if (count == 0)
        {
            return [];
        }

        var first = FirstHour(stretch, agent);
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

    private static int FirstHour(Stretch stretch, PlannedAgent agent) => stretch.Grows ? (int)(agent.Joins * stretch.Hours) : 0;
}
