using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Pricing;
using Xunit;

namespace Usage.Tests.Properties.Pricing;

public sealed class PriceBookTests
{
    private static readonly LocalDate Today = new(2026, 6, 15);

    [Theory]
    [InlineData("gpt-5", new[] { "gpt-5" })]
    [InlineData("gpt-5[1m]", new[] { "gpt-5[1m]", "gpt-5" })]
    [InlineData("claude-sonnet-4-5-20250929", new[] { "claude-sonnet-4-5-20250929", "claude-sonnet-4-5" })]
    [InlineData("claude-sonnet-4-5-20250929[1m]", new[] { "claude-sonnet-4-5-20250929[1m]", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5" })]
    [InlineData("gpt-4o-2024-08-06", new[] { "gpt-4o-2024-08-06", "gpt-4o" })]
    [InlineData("claude-opus-4@20250514", new[] { "claude-opus-4@20250514", "claude-opus-4" })]
    [InlineData("claude-haiku-3-5-latest", new[] { "claude-haiku-3-5-latest", "claude-haiku-3-5" })]
    [InlineData("grok-4.20-0309-reasoning", new[] { "grok-4.20-0309-reasoning" })]
    [InlineData("gpt-4-0613", new[] { "gpt-4-0613" })]
    [InlineData("model-20251301", new[] { "model-20251301" })]
    [InlineData("model-2025-0929", new[] { "model-2025-0929" })]
    [InlineData("latest", new[] { "latest" })]
    [InlineData("-latest", new[] { "-latest" })]
    [InlineData("[1m]", new[] { "[1m]" })]
    [InlineData("a[b]c", new[] { "a[b]c" })]
    [InlineData("a[b][c]", new[] { "a[b][c]", "a[b]" })]
    [InlineData("a-latest-20250101", new[] { "a-latest-20250101", "a-latest" })]
    public void A_model_is_looked_up_by_its_id_then_without_its_tag_then_without_its_date(string model, string[] names) =>
        ModelName.Candidates(model).ShouldBe(names);

    [Fact]
    public void Each_name_is_looked_up_with_its_provider_and_then_with_any()
    {
        PriceBook book = new([Price("", "m-20250101", 1), Price("p", "m", 2), Price("", "m", 3), Price("p", "m[x]", 4)]);
        book.Find("p", "m", Today)!.Input.ShouldBe(2);
        book.Find(" P ", "m", Today)!.Input.ShouldBe(2);
        book.Find("q", "m", Today)!.Input.ShouldBe(3);
        book.Find("p", "m-20250101", Today)!.Input.ShouldBe(1);
        book.Find("p", "m[x]", Today)!.Input.ShouldBe(4);
        book.Find("q", "m[x]", Today)!.Input.ShouldBe(3);
        book.Find("p", "m-20260101[x]", Today)!.Input.ShouldBe(2);
    }

    [Fact]
    public void A_model_is_never_priced_by_a_prefix_of_its_name_or_in_another_case()
    {
        PriceBook book = new([Price("", "gpt-5", 1)]);
        foreach (var model in (string[])["gpt-5-mini", "gpt-5.1", "gpt", "gpt-", "gpt-50", "GPT-5", "gpt-5 ", "x-gpt-5", ""])
        {
            book.Find("openai", model, Today).ShouldBeNull(model);
        }
    }

    [Fact]
    public void A_price_applies_from_its_date_until_the_next_one()
    {
        PriceBook book = new([Price("", "m", 3, new(2026, 3, 1)), Price("", "m", 1), Price("", "m", 2, new(2026, 1, 1))]);
        book.Find("", "m", new(1999, 1, 1))!.Input.ShouldBe(1);
        book.Find("", "m", new(2025, 12, 31))!.Input.ShouldBe(1);
        book.Find("", "m", new(2026, 1, 1))!.Input.ShouldBe(2);
        book.Find("", "m", new(2026, 2, 28))!.Input.ShouldBe(2);
        book.Find("", "m", new(2026, 3, 1))!.Input.ShouldBe(3);
        book.Changes.ShouldBe([new(2026, 1, 1), new(2026, 3, 1)]);
    }

    [Fact]
    public void A_name_whose_prices_all_begin_later_is_skipped()
    {
        PriceBook book = new([Price("p", "m", 2, new(2026, 3, 1)), Price("", "m", 1, new(2026, 2, 1))]);
        book.Find("p", "m", new(2026, 1, 31)).ShouldBeNull();
        book.Find("p", "m", new(2026, 2, 28))!.Input.ShouldBe(1);
        book.Find("p", "m", new(2026, 3, 1))!.Input.ShouldBe(2);
    }

    [Fact]
    public void Two_prices_from_the_same_date_are_refused() =>
        Should.Throw<ArgumentException>(() => new PriceBook([Price("P", "m", 1), Price("p", "m", 2)]));

    [Property]
    public Property A_price_is_the_one_that_a_walk_through_the_whole_list_finds() => Prop.ForAll(
        Lists.ToArbitrary(),
        (from name in Names from provider in Providers from date in Dates select (name, provider, date)).ToArbitrary(),
        (list, asked) =>
        {
            var expected = ModelName.Candidates(asked.name)
                .SelectMany(name => new[] { asked.provider, "" }, (name, provider) => list
                    .Where(price => price.Model == name && price.Provider == provider && (price.ValidFrom is null || price.ValidFrom <= asked.date))
                    .OrderBy(price => price.ValidFrom is null ? 0 : 1).ThenBy(price => price.ValidFrom).LastOrDefault())
                .FirstOrDefault(price => price is not null);
            new PriceBook(list).Find(asked.provider, asked.name, asked.date).ShouldBe(expected);
        });

    private static Gen<string> Names => Gen.Elements("m", "m-latest", "m-20250101", "m[a]", "m-20250101[a]", "n");

    private static Gen<string> Providers => Gen.Elements("", "p", "q");

    private static Gen<LocalDate> Dates => from day in Gen.Choose(0, 5) select new LocalDate(2026, 1, 1).PlusDays(day);

    private static Gen<List<ModelPrice>> Lists =>
        from prices in (
            from name in Names
            from provider in Providers
            from date in Gen.OneOf(Gen.Constant((LocalDate?)null), Dates.Select(date => (LocalDate?)date))
            from figure in Gen.Choose(0, 1_000)
            select Price(provider, name, figure, date)).ListOf()
        select prices.DistinctBy(price => (price.Provider, price.Model, price.ValidFrom)).ToList();

    private static ModelPrice Price(string provider, string model, decimal figure, LocalDate? from = null) =>
        new(provider, model, from, figure, figure, figure, figure);
}
