using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Usage.Engine.Rollup;

namespace Usage.Tests.Properties.Rollup;

/// <summary>Instants of the rollup's range, and usage rows few enough in kind that they share buckets.</summary>
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

    public static Gen<UsageRow> Row { get; } =
        from hour in Gen.Choose(0, 2)
        from offset in WithinAnHour
        from ids in Gen.ArrayOf(Gen.Choose(0, 2).Select(Id), 5)
        from unknown in Gen.ArrayOf(Gen.Elements(true, false), 2)
        from provider in Gen.Elements("openai", "OpenAI", "")
        from model in Gen.Elements("small", "Small")
        from tokens in Gen.ArrayOf(Gen.Choose(0, 1_000_000), 4)
        from cost in Gen.OneOf(Gen.Constant<long?>(null), Gen.Choose(0, 1_000).Select(ticks => (long?)ticks))
        select new UsageRow(
            Instant.FromUtc(2026, 3, 29, hour, 0) + offset, ids[0], ids[1], ids[2], unknown[0] ? null : ids[3],
            unknown[1] ? null : ids[4], provider, model, tokens[0], tokens[1], tokens[2], tokens[3], cost);

    public static Arbitrary<UsageRow[]> Rows { get; } =
        Arb.From(Gen.ArrayOf(Row), rows => rows.Select((_, place) => (UsageRow[])[.. rows[..place], .. rows[(place + 1)..]]));

    public static Bucket[] RollUp(IEnumerable<UsageRow> rows)
    {
        HourRollup rollup = new();
        foreach (var row in rows)
        {
            rollup.Add(row);
        }

        return [.. rollup.Buckets];
    }

    private static Guid Id(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
}
