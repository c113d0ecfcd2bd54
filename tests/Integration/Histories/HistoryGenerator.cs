using FsCheck;
using FsCheck.Fluent;

namespace Usage.Tests.Integration.Histories;

/// <summary>Generates random histories of an application.</summary>
internal static class HistoryGenerator
{
    /// <summary>
    /// The second half of FsCheck's seed, which must be odd; constant, so that one number identifies a history.
    /// </summary>
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private const int Size = 50;

    private static readonly Gen<string> Isolation = Gen.Frequency(
        (4, Gen.Constant("read committed")), (2, Gen.Constant("repeatable read")), (1, Gen.Constant("serializable")));

    private static readonly Gen<Statement> Pause =
        from milliseconds in Gen.Frequency((6, Gen.Choose(0, 3)), (2, Gen.Choose(5, 20)), (1, Gen.Choose(30, 60)))
        select new Statement("a pause", $"select pg_sleep(0.{milliseconds:d3})");

    /// <summary>The next step of a transaction: one statement, or a few related ones.</summary>
    private static readonly Gen<Statement[]> Ordinary = Gen.Frequency(
        (24, UsageStatements.Any.Select(One)),
        (3, BulkStatements.Any.Select(One)),
        (14, EntityStatements.Any.Select(One)),
        (14, Pause.Select(One)),
        (2, Gen.Constant<Statement[]>([.. World.Restoration])),
        (3, Savepoint),
        (1, TruncateLate));

    private static readonly Gen<Drainer> Drainer =
        from background in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
        from pauses in Gen.Elements(0, 10, 40)
        from deaths in Gen.Elements(0, 10, 50)
        from silenceAllowed in Gen.Elements<TimeSpan?>(null, null, TimeSpan.FromMilliseconds(30))
        from seed in Gen.Choose(0, int.MaxValue)
        select new Drainer(background, pauses, deaths, silenceAllowed, seed);

    /// <summary>Histories without partitioned tables.</summary>
    public static Arbitrary<History> Any { get; } = HistoriesOf(Ordinary);

    /// <summary>Histories of an application that also writes to partitions of <see cref="Databases.PartitionedTables"/>.</summary>
    public static Arbitrary<History> Partitioned { get; } =
        HistoriesOf(Gen.Frequency((4, Ordinary), (1, PartitionStatements.Any.Select(One))));

    /// <summary>The history for a seed. Its script is always the same; its interleaving depends on the scheduler.</summary>
    public static History Of(this Arbitrary<History> histories, ulong seed) =>
        histories.Generator.Sample(1, new Rnd(seed, Gamma), Size).Single();

    /// <summary>
    /// Two to ten writers and two or three drainers. Shrinking reduces writers, drainers, transactions or statements.
    /// </summary>
    private static Arbitrary<History> HistoriesOf(Gen<Statement[]> next)
    {
        var transaction =
            from isolation in Isolation
            from statements in Lists(next, 1, 7)
            from commits in Gen.Frequency((6, Gen.Constant(true)), (1, Gen.Constant(false)))
            select new Transaction(isolation, [.. statements.SelectMany(some => some)], commits);
        var writer = Lists(transaction, 1, 8).Select(transactions => new Writer(transactions));
        return Arb.From(
            from writers in Lists(writer, 2, 10)
            from drainers in Lists(Drainer, 2, 3)
            select new History(writers, drainers),
            Smaller);
    }

    /// <summary>Beyond READ COMMITTED the truncate's snapshot is older than what was drained in the pause.</summary>
    private static Gen<Statement[]> TruncateLate =>
        from pause in Pause
        from truncate in BulkStatements.Truncate
        select (Statement[])[pause, truncate];

    private static Gen<Statement[]> Savepoint =>
        from name in Gen.Elements("one", "two")
        from inside in Lists(Gen.OneOf(UsageStatements.Any, EntityStatements.Any, Pause), 1, 3)
        from end in Gen.Elements($"rollback to savepoint {name}", $"release savepoint {name}", null)
        select (Statement[])
        [
            new("a savepoint", $"savepoint {name}"),
            .. inside,
            .. end is null ? [] : new Statement[] { new("a savepoint's end", end) },
        ];

    private static Statement[] One(Statement statement) => [statement];

    private static Gen<T[]> Lists<T>(Gen<T> element, int least, int most) =>
        Gen.Choose(least, most).SelectMany(length => Gen.ArrayOf(element, length));

    private static IEnumerable<History> Smaller(History history)
    {
        foreach (var drainers in Without(history.Drainers).Where(drainers => drainers.Count > 0))
        {
            yield return history with { Drainers = drainers };
        }

        foreach (var writers in Without(history.Writers))
        {
            yield return history with { Writers = writers };
        }

        foreach (var writers in Each(history.Writers, writer => Without(writer.Transactions).Select(left => new Writer(left))))
        {
            yield return history with { Writers = writers };
        }

        foreach (var writers in Each(history.Writers, writer =>
            Each(writer.Transactions, one => Without(one.Statements).Select(left => one with { Statements = left }))
                .Select(transactions => new Writer(transactions))))
        {
            yield return history with { Writers = writers };
        }
    }

    /// <summary>Shrinks by removing halves, then single elements.</summary>
    private static IEnumerable<IReadOnlyList<T>> Without<T>(IReadOnlyList<T> all)
    {
        var half = all.Count / 2;
        if (half > 1)
        {
            yield return [.. all.Take(half)];
            yield return [.. all.Skip(half)];
        }

        for (var place = 0; place < all.Count; place++)
        {
            yield return [.. all.Take(place), .. all.Skip(place + 1)];
        }
    }

    private static IEnumerable<IReadOnlyList<T>> Each<T>(IReadOnlyList<T> all, Func<T, IEnumerable<T>> smaller) =>
        all.SelectMany((one, place) => smaller(one)
            .Select(instead => (IReadOnlyList<T>)[.. all.Take(place), instead, .. all.Skip(place + 1)]));
}
