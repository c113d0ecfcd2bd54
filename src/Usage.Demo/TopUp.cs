using NodaTime;
using Usage.Demo.Planning;
using Usage.Demo.Writing;

namespace Usage.Demo;

/// <summary>Continues each world from the end of its history.</summary>
internal static class TopUp
{
    /// <summary>One period per world whose history ends before the current hour, with the world's average activity.</summary>
    public static IEnumerable<(int WorldId, HistoryPeriod Period)> Plan(IReadOnlyList<StoredPeriod> present, Instant now) =>
        from period in present
        group period by period.WorldId into world
        let first = world.First()
        let end = world.Max(period => period.Plan.To)
        let hours = (int)((HistoryPeriod.HourOf(now) - end).TotalHours)
        where hours >= 1
        let tasks = Math.Max(HistoryPeriod.FewestTasks, (int)((long)first.Plan.Tasks * hours / first.Plan.Hours))
        select (world.Key, new HistoryPeriod(first.WorldSeed.Of((ulong)end.ToUnixTimeSeconds()), tasks, end, now, grows: false));
}
