using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Pricing;
using Xunit;

namespace Usage.Tests.Properties.Pricing;

/// <summary>Prices by the length of the context, against a walk through the whole list.</summary>
public sealed class PriceTierTests
{
    private static readonly LocalDate First = new(2026, 1, 1);

    [Property(MaxTest = 500)]
    public Property A_call_costs_what_a_walk_through_the_list_finds() => Prop.ForAll(
        Lists.ToArbitrary(), Calls.ToArbitrary(), (list, asked) =>
        {
            var (date, call) = asked;
            var inForce = list.Where(price => price.ValidFrom is null || price.ValidFrom <= date).ToArray();
            var start = inForce.Max(price => price.ValidFrom ?? LocalDate.MinIsoValue);
            var set = inForce.Where(price => (price.ValidFrom ?? LocalDate.MinIsoValue) == start).ToArray();
            var context = call.Input + call.CacheRead + call.CacheWrite;
            var tier = set.Where(price => price.AboveTokens == 0 || context > price.AboveTokens).MaxBy(price => price.AboveTokens)!;
            var expected = 10_000 * ((call.Input * tier.Input) + (call.Output * tier.Output) + (call.CacheRead * tier.CacheRead)
                + ((call.CacheWrite - call.CacheWrite1h) * tier.CacheWrite) + (call.CacheWrite1h * (tier.CacheWrite1h ?? tier.CacheWrite)));
            var needsCalls = set.Length > 1 || (tier.CacheWrite1h is { } hour && hour != tier.CacheWrite);

            PriceBook book = new(list);
            book.CallTicks("", "m", date, call).ShouldBe(needsCalls ? expected : null);
            book.FindTiers("", "m", date)!.At(context).Ticks(call).ShouldBe(expected);
            var lowest = set.Single(price => price.AboveTokens == 0);
            book.Ticks("", "m", date, new(call.Input, call.Output, call.CacheRead, call.CacheWrite)).ShouldBe(
                10_000 * ((call.Input * lowest.Input) + (call.Output * lowest.Output) + (call.CacheRead * lowest.CacheRead)
                + (call.CacheWrite * lowest.CacheWrite)));
        });

    [Fact]
    public void A_tier_begins_above_its_number_of_tokens()
    {
        PriceBook book = new([new("", "m", null, 1, 0, 0, 0), new("", "m", null, 2, 0, 0, 0, null, 200_000)]);
        book.CallTicks("", "m", First, new(200_000, 0, 0, 0, 0)).ShouldBe(200_000 * 10_000m);
        book.CallTicks("", "m", First, new(200_001, 0, 0, 0, 0)).ShouldBe(200_001 * 20_000m);
        book.CallTicks("", "m", First, new(1, 0, 100_000, 100_000, 0)).ShouldBe(20_000m);
    }

    private static Gen<List<ModelPrice>> Lists =>
        from sets in (
            from day in Gen.Choose(0, 3)
            from tiers in Gen.Choose(1, 4).ListOf()
            from figures in Gen.Choose(0, 50).ListOf(30)
            select Set(day == 0 ? null : First.PlusDays(day), [0, .. tiers.Distinct()], [.. figures])).ListOf()
        select sets.Append(Set(null, [0], [.. Enumerable.Repeat(1, 6)])).DistinctBy(set => set[0].ValidFrom).SelectMany(set => set).ToList();

    private static Gen<(LocalDate Date, CallTokens Call)> Calls =>
        from day in Gen.Choose(0, 5)
        from counts in Gen.Choose(0, 3).ListOf(5)
        select (First.PlusDays(day - 1), new CallTokens(counts[0], counts[1], counts[2], counts[3], Math.Min(counts[3], counts[4])));

    private static ModelPrice[] Set(LocalDate? from, int[] tiers, int[] figures) =>
    [
        .. tiers.Select((above, tier) => new ModelPrice(
            "", "m", from, figures[tier * 6 % figures.Length], figures[((tier * 6) + 1) % figures.Length], figures[((tier * 6) + 2) % figures.Length],
            figures[((tier * 6) + 3) % figures.Length],
            figures[((tier * 6) + 4) % figures.Length] is var hour and > 20 ? hour : null, above)),
    ];
}
