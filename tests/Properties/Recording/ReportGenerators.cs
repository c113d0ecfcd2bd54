using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Usage.Engine.Recording;

namespace Usage.Tests.Properties.Recording;

/// <summary>Generates valid reports, entries that break one rule, and text with edge cases.</summary>
internal static class ReportGenerators
{
    public static readonly Instant Now = Instant.FromUtc(2026, 3, 29, 1, 0);

    private const long MaxCount = 1_000_000_000_000;
    private const long MaxCost = 1_000_000_000_000_000;

    private static readonly Gen<char> Character = Gen.Frequency(
        (6, Gen.Choose('A', 'z').Select(c => (char)c)),
        (3, Gen.Elements(' ', '\t', '\n', '\v', '\f', '\r', '\u00a0', '\u2003')),
        (2, Gen.Elements('İ', 'I', 'ı', 'i', 'K', 'Å', 'ß', 'É')),
        (1, Gen.Elements('\0', '\ud83d', '\ude00')));

    public static Arbitrary<string> Text { get; } = Arb.From(
        Gen.OneOf(
            Gen.ListOf(Character).Select(string.Concat),
            Gen.Elements("OpenAI", " Anthropic\n", "GOOGLE", "😀", new string('x', 200), new string('x', 201))),
        text => Enumerable.Range(0, text.Length).Select(place => text.Remove(place, 1)));

    private static readonly Gen<long> Count = UpTo(MaxCount);

    private static readonly Gen<long?> Cost =
        Gen.OneOf(Gen.Constant<long?>(null), Gen.Elements<long?>(long.MinValue, -1, 0), UpTo(MaxCost).Select(figure => (long?)figure));

    private static readonly Gen<Instant?> CreatedAt = Gen.OneOf(
        Gen.Constant<Instant?>(null),
        Gen.Elements<Instant?>(Now, Now + Duration.FromMinutes(5), Now - Duration.FromDays(400)),
        Gen.Choose(-400 * 86_400, 300).Select(seconds => (Instant?)(Now + Duration.FromSeconds(seconds))));

    private static Gen<long> UpTo(long most) =>
        Gen.OneOf(Gen.Elements(0, 1, most), Gen.Choose(0, int.MaxValue).Select(figure => (long)figure));

    private static Gen<UsageEntry> GoodEntry(int index) =>
        from provider in Gen.Elements(null, "", "openai", " OpenAI ", new string('p', 200))
        from model in Gen.Elements("m", "😀", "模", " with spaces ").Select(start => $"{start}-{index}")
        from figures in Gen.ArrayOf(Count, 4)
        from cost in Cost
        from createdAt in CreatedAt
        select new UsageEntry(provider, model, figures[0], figures[1], figures[2], figures[3], cost, createdAt);

    public static Arbitrary<UsageEntry[]> GoodReport { get; } = Arb.From(
        Gen.Sized(size => Gen.Choose(1, Math.Clamp(size, 1, 100)))
            .SelectMany(length => Gen.CollectToArray(Enumerable.Range(0, length), GoodEntry)),
        report => report.Length > 1 ? [report[1..], report[..^1]] : []);

    /// <summary>Entries, some of which break one rule in some fields, with the expected problems.</summary>
    public static Arbitrary<SpoiledReport> SpoiledReport { get; } = (
        from report in GoodReport.Generator
        from faults in Gen.ArrayOf(
            from index in Gen.Choose(0, report.Length - 1)
            from fault in Gen.Elements(EntryFault.All)
            select (Index: index, Fault: fault))
        select Recording.SpoiledReport.Create(report, [.. faults.DistinctBy(at => (at.Index, at.Fault.Field))])).ToArbitrary();
}
