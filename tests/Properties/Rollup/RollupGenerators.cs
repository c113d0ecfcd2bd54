using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Usage.Engine.Rollup;

namespace Usage.Tests.Properties.Rollup;

/// <summary>Generates instants in the rollup's range, and usage with so few distinct keys that tasks share buckets.</summary>
internal static class RollupGenerators
{
    private static readonly int HoursInRange = (int)(HourBucket.RangeEnd - HourBucket.RangeStart).TotalHours;

    private static readonly Gen<Duration> WithinAnHour = Gen.OneOf(
        Gen.Elements(Duration.Zero, Duration.Epsilon, Duration.FromHours(1) - Duration.Epsilon),
        Gen.Choose(0, 3_599_999).Select(milliseconds => Duration.FromMilliseconds(milliseconds)));

    public static Arbitrary<Instant> InRange { get; } = Arb.From(
        from hour in Gen.OneOf(Gen.Elements(0, 1, HoursInRange - 1), Gen.Choose(0, HoursInRange - 1))
        from offset in WithinAnHour
        select HourBucket.RangeStart + Duration.FromHours(hour) + offset);

    public static Arbitrary<Instant> OutOfRange { get; } = Arb.From(Gen.OneOf(
        Gen.Elements(Instant.MinValue, Instant.MaxValue, HourBucket.RangeStart - Duration.Epsilon, HourBucket.RangeEnd),
        Gen.Choose(0, int.MaxValue).Select(seconds => HourBucket.RangeEnd + Duration.FromSeconds(seconds)),
        Gen.Choose(1, int.MaxValue).Select(seconds => HourBucket.RangeStart - Duration.FromSeconds(seconds))));

    /// <summary>Three tasks, some with the same attribution.</summary>
    private static Gen<TaskOfUsage[]> Tasks { get; } = Gen.ArrayOf(
        from ids in Gen.ArrayOf(Gen.Choose(0, 1).Select(Id), 4)
        from unknown in Gen.ArrayOf(Gen.Elements(true, false), 2)
        select new Attribution(ids[0], ids[1], unknown[0] ? null : ids[2], unknown[1] ? null : ids[3]), 3)
        .Select(attributions => attributions.Select((attribution, number) => new TaskOfUsage(Id(number), attribution)).ToArray());

    private static Gen<UsageRow> Row { get; } =
        from hour in Gen.Choose(0, 2)
        from offset in WithinAnHour
        from provider in Gen.Elements("openai", "OpenAI", "")
        from model in Gen.Elements("small", "Small")
        from tokens in Gen.ArrayOf(Gen.Choose(0, 1_000_000), 4)
        from cost in Gen.OneOf(Gen.Constant<long?>(null), Gen.Choose(0, 1_000).Select(ticks => (long?)ticks))
        select new UsageRow(
            Instant.FromUtc(2026, 3, 29, hour, 0) + offset, provider, model, tokens[0], tokens[1], tokens[2], tokens[3], cost);

    public static Arbitrary<RowOfTask[]> Rows { get; } = Arb.From(
        from tasks in Tasks
        from rows in Gen.ArrayOf(
            from number in Gen.Choose(0, tasks.Length - 1)
            from row in Row
            select new RowOfTask(tasks[number], row))
        select rows,
        rows => rows.Select((_, place) => (RowOfTask[])[.. rows[..place], .. rows[(place + 1)..]]));

    public static Bucket[] RollUp(IEnumerable<RowOfTask> rows)
    {
        HourRollup rollup = new();
        Add(rollup, [.. rows]);
        return [.. rollup.Buckets];
    }

    /// <summary>Attributes the tasks, then counts the rows.</summary>
    public static void Add(HourRollup rollup, RowOfTask[] rows)
    {
        foreach (var task in rows.Select(row => row.Task).Distinct())
        {
            rollup.Attribute(task.Id, task.Attribution);
        }

        foreach (var (task, row) in rows)
        {
            rollup.TryFind(task.Id, out var known);
            rollup.Add(known, row);
        }
    }

    public static Guid Id(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
}

/// <summary>A task and its attribution.</summary>
internal sealed record TaskOfUsage(Guid Id, Attribution Attribution);

/// <summary>A usage row and its task.</summary>
internal sealed record RowOfTask(TaskOfUsage Task, UsageRow Row);
