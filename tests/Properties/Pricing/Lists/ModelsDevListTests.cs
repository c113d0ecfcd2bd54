using NodaTime;
using Shouldly;
using Usage.Engine.Pricing;
using Xunit;

namespace Usage.Tests.Properties.Pricing.Lists;

public sealed class ModelsDevListTests
{
    private static readonly LocalDate March = new(2026, 3, 1);

    private const string Excerpt = """
        {"acme":{"id":"acme","models":{
          "plain":{"id":"plain","cost":{"input":1.5,"output":6,"cache_read":0.15}},
          "older":{"id":"older","cost":{"input":2,"output":10,"cache_read":0.2,"context_over_200k":{"input":4,"output":15}}},
          "newer":{"id":"newer","cost":{"input":5,"output":30,"tiers":[{"tier":{"type":"context","size":272000},"input":10,"output":45}],
            "context_over_200k":{"input":10,"output":45}}},
          "thinking":{"id":"thinking","cost":{"input":1,"output":2,"reasoning":3}},
          "thinking-same":{"id":"thinking-same","cost":{"input":1,"output":2,"reasoning":2.0}},
          "hearing":{"id":"hearing","cost":{"input":1,"output":2,"input_audio":3}},
          "by-hour":{"id":"by-hour","cost":{"input":1,"output":2,"tiers":[{"tier":{"type":"time","size":1},"input":2,"output":4}]}},
          "strange":{"id":"strange","cost":{"input":1,"output":2,"per_request":1}},
          "local":{"id":"local"}}}}
        """;

    [Fact]
    public void Prices_hold_from_the_given_date_with_their_tiers()
    {
        var list = ListText.Read(PriceListFormat.ModelsDev, Excerpt, new(March));
        list.Prices.ShouldBe([
            new("acme", "plain", March, 1.5m, 6, 0.15m, 1.5m), new("acme", "older", March, 2, 10, 0.2m, 2),
            new("acme", "older", March, 4, 15, 0.2m, 4, null, 200_000), new("acme", "newer", March, 5, 30, 5, 5),
            new("acme", "newer", March, 10, 45, 10, 10, null, 272_000), new("acme", "thinking-same", March, 1, 2, 1, 1),
        ], ignoreOrder: true);
        list.Source.HasDates.ShouldBeFalse();
    }

    [Fact]
    public void A_model_whose_price_can_not_be_told_is_left_out_with_the_reason()
    {
        ListText.Read(PriceListFormat.ModelsDev, Excerpt).Skipped.Select(note => (note.Model, note.Text)).ShouldBe([
            ("thinking", "it has a price that usage does not tell: reasoning"), ("hearing", "it has a price that usage does not tell: input_audio"),
            ("by-hour", "its tiers are by time"), ("strange", "it has a price that usage does not tell: per_request"),
            ("local", "the list has no price of it"),
        ]);
        ListText.Skipped(ListText.Read(PriceListFormat.ModelsDev, Excerpt, new(TextOnly: true))).ShouldNotContain(("acme", "hearing"));
    }
}
