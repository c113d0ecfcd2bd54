using NodaTime;
using Usage.Demo.Planning;
using Usage.Demo.Writing;

namespace Usage.Demo;

/// <summary>Continues each world from the end of its history.</summary>
internal static class TopUp
{
    /// <summary>One period per world whose history ends before the current hour, with the world's average activity.</summary>
    public static IEnumerable<(int WorldId, Stretch Stretch)> Plan(IReadOnlyList<StoredStretch> present, Instant now) =>
        from stretch in present
        group stretch by stretch.WorldId into world
        let first = world.First()
        let end = world.Max(stretch => stretch.Plan.To)
        let hours = (int)((Stretch.HourOf(now) - end).TotalHours)
        where hours >= 1
        let tasks = Math.Max(Stretch.FewestTasks, (int)((long)first.Plan.Tasks * hours / first.Plan.Hours))
        select (world.Key, new Stretch(first.WorldSeed.Of((ulong)end.ToUnixTimeSeconds()), tasks, end, now, grows: false));
}
