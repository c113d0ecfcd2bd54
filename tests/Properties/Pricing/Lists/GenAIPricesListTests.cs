using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Pricing;
using Xunit;

namespace Usage.Tests.Properties.Pricing.Lists;

public sealed class GenAIPricesListTests
{
    private const string Excerpt = """
        [{"id":"acme","name":"Acme","api_pattern":"x","models":[
          {"id":"plain","match":{"or":[{"equals":"plain"},{"equals":"plain-alias"},{"starts_with":"plain-"}]},"prices":{"input_mtok":1.5,"output_mtok":6}},
          {"id":"dated","match":{"equals":"dated"},"prices":[
            {"prices":{"input_mtok":2,"output_mtok":8,"cache_read_mtok":0.2,"cache_write_5m_mtok":2.5,"cache_write_1h_mtok":4}},
            {"constraint":{"start_date":"2026-03-01"},"prices":{"input_mtok":1,"output_mtok":4}}]},
          {"id":"tiered","match":{"equals":"tiered"},"prices":{"input_mtok":{"base":3,"tiers":[{"start":200000,"price":6}]},
            "output_mtok":{"base":15,"tiers":[{"start":400000,"price":22.5}]}}},
          {"id":"night","match":{"equals":"night"},"prices":[{"prices":{"input_mtok":1,"output_mtok":1}},
            {"constraint":{"start_time":"16:30:00Z","end_time":"00:30:00Z"},"prices":{"input_mtok":0.5,"output_mtok":0.5}}]},
          {"id":"hearing","match":{"equals":"hearing"},"prices":{"input_mtok":1,"output_mtok":2,"input_audio_mtok":7}},
          {"id":"same","match":{"equals":"same"},"prices":{"input_mtok":1,"output_mtok":2,"input_image_mtok":1.0}},
          {"id":"per-request","match":{"equals":"per-request"},"prices":{"input_mtok":1,"output_mtok":2,"requests_kcount":5}},
          {"id":"half","match":{"equals":"half"},"prices":{"input_mtok":1}},
          {"id":"fine","match":{"equals":"fine"},"prices":{"input_mtok":0.00000000001,"output_mtok":1}}]}]
        """;

    [Fact]
    public void Prices_come_with_their_dates_tiers_and_equal_names()
    {
        var list = ListText.Read(PriceListFormat.GenAIPrices, Excerpt);
        list.Prices.ShouldBe([
            new("acme", "plain", null, 1.5m, 6, 1.5m, 1.5m), new("acme", "plain-alias", null, 1.5m, 6, 1.5m, 1.5m),
            new("acme", "dated", null, 2, 8, 0.2m, 2.5m, 4), new("acme", "dated", new LocalDate(2026, 3, 1), 1, 4, 1, 1),
            new("acme", "tiered", null, 3, 15, 3, 3), new("acme", "tiered", null, 6, 15, 6, 6, null, 200_000),
            new("acme", "tiered", null, 6, 22.5m, 6, 6, null, 400_000), new("acme", "same", null, 1, 2, 1, 1),
        ], ignoreOrder: true);
        list.Source.HasDates.ShouldBeTrue();
        list.Notes.ShouldHaveSingleItem().Model.ShouldBe("tiered");
    }

    [Fact]
    public void A_model_whose_price_can_not_be_told_is_left_out_with_the_reason()
    {
        var list = ListText.Read(PriceListFormat.GenAIPrices, Excerpt);
        list.Skipped.Select(note => (note.Model, note.Text)).ShouldBe([
            ("night", "its price depends on start_time"), ("hearing", "it has a price that usage does not tell: input_audio_mtok"),
            ("per-request", "it has a price that usage does not tell: requests_kcount"), ("half", "the list has no price of output tokens"),
            ("fine", "0.00000000001 USD per million tokens is not from 0 to 100000 with at most 10 decimals"),
        ]);
        ListText.Read(PriceListFormat.GenAIPrices, Excerpt, new(TextOnly: true)).Prices.ShouldContain(new ModelPrice("acme", "hearing", null, 1, 2, 1, 1));
    }

    [Theory]
    [InlineData("not json", 1)]
    [InlineData("[\n{\n]", 3)]
    [InlineData("{}", 1)]
    [InlineData("[{}]", 1)]
    public void A_file_that_is_no_such_list_is_refused(string text, int line) =>
        Should.Throw<PriceListException>(() => ListText.Read(PriceListFormat.GenAIPrices, text)).Problems.ShouldHaveSingleItem().Line.ShouldBe(line);

    [Fact]
    public void A_list_with_dates_takes_no_other() => Should.Throw<ArgumentException>(() =>
        ListText.Read(PriceListFormat.GenAIPrices, Excerpt, new(new LocalDate(2026, 1, 1))));

    /// <summary>By the rules of the list: the last price whose condition is met, else the first; in it the highest tier that is passed.</summary>
    [Property(MaxTest = 500)]
    public Property Every_call_on_every_day_costs_what_the_list_says() => Prop.ForAll(
        Conditions.ToArbitrary(), Gen.Choose(0, 6).ToArbitrary(), Gen.Choose(0, 6).ToArbitrary(), (conditions, day, context) =>
        {
            var text = JsonSerializer.Serialize(new[]
            {
                new { id = "p", models = new[] { new { id = "m", match = new { equals = "m" }, prices = conditions.Select(Json) } } },
            });
            var date = new LocalDate(2026, 1, 1).PlusDays(day);
            var active = conditions.LastOrDefault(condition => condition.Start is not { } start || date >= Date(start)) ?? conditions[0];
            var tiers = new PriceBook(ListText.Read(PriceListFormat.GenAIPrices, text).Prices).FindTiers("p", "m", date)!;
            tiers.At(context).Input.ShouldBe(Figure(active.Input, context));
            tiers.At(context).Output.ShouldBe(Figure(active.Output, context));
        });

    private static decimal Figure(Tiered price, int context) =>
        price.Tiers.Where(tier => context > tier.Start).OrderBy(tier => tier.Start).Select(tier => (decimal?)tier.Price).LastOrDefault() ?? price.Base;

    private static Dictionary<string, object> Json(Condition condition)
    {
        Dictionary<string, object> json = new()
        {
            ["prices"] = new { input_mtok = Json(condition.Input), output_mtok = Json(condition.Output) },
        };
        if (condition.Start is { } day)
        {
            json["constraint"] = new { start_date = Date(day).ToString("R", null) };
        }

        return json;
    }

    private static object Json(Tiered price) => price.Tiers.Count == 0
        ? price.Base
        : new { @base = price.Base, tiers = price.Tiers.Select(tier => new { start = tier.Start, price = tier.Price }) };

    private static LocalDate Date(int day) => new LocalDate(2026, 1, 1).PlusDays(day);

    private static Gen<List<Condition>> Conditions =>
        from some in (
            from start in Gen.Choose(-2, 5)
            from input in Prices
            from output in Prices
            select new Condition(start < 0 ? null : start, input, output)).NonEmptyListOf()
        select some.ToList();

    private static Gen<Tiered> Prices =>
        from figure in Gen.Choose(0, 20)
        from tiers in (from start in Gen.Choose(1, 5) from price in Gen.Choose(0, 20) select (start, (decimal)price)).ListOf()
        select new Tiered(figure, [.. tiers.DistinctBy(tier => tier.start)]);

    private sealed record Condition(int? Start, Tiered Input, Tiered Output);

    private sealed record Tiered(decimal Base, IReadOnlyList<(int Start, decimal Price)> Tiers);
}
