using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Usage.Demo.Planning;

namespace Usage.Tests.Properties.Demo;

/// <summary>A world with a period of history, small enough to check every row.</summary>
public sealed class PlannedWorld
{
    private readonly Lazy<IReadOnlyList<(Session Session, IReadOnlyList<PlannedTask> Tasks)>> work;

    internal PlannedWorld(int seed, int tasks, Instant from, int hours, bool grows)
    {
        World = WorldPlanner.Plan(new Seed(seed), WorldScale.For(tasks));
        Period = new HistoryPeriod(new Seed(seed).Of(1), tasks, from, from + Duration.FromHours(hours), grows);
        work = new(() =>
        {
            var maker = new SessionWork(World, Period);
            return [.. SessionPlanner.Plan(World, Period).Select(session => (session, (IReadOnlyList<PlannedTask>)[.. maker.Tasks(session)]))];
        });
    }

    internal World World { get; }

    internal HistoryPeriod Period { get; }

    internal IReadOnlyList<(Session Session, IReadOnlyList<PlannedTask> Tasks)> Work => work.Value;

    internal IEnumerable<PlannedTask> Tasks => Work.SelectMany(part => part.Tasks);

    public override string ToString() => $"{Period.Tasks} tasks over {Period.Hours} hours from {Period.From}, grows: {Period.Grows}";
}

public static class PlannedWorlds
{
    public static Arbitrary<PlannedWorld> Any() => Arb.From(
        from seed in Gen.Choose(0, int.MaxValue)
        from tasks in Gen.Choose(HistoryPeriod.FewestTasks, 3_000)
        from start in Gen.Choose(0, 800_000_000)
        from hours in Gen.Choose(48, 1_000)
        from grows in ArbMap.Default.GeneratorFor<bool>()
        select new PlannedWorld(seed, tasks, Instant.FromUtc(2001, 1, 1, 0, 0) + Duration.FromSeconds(start), hours, grows));
}
