using NodaTime;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Engine.Pricing;
using Xunit;

namespace Usage.Tests.Properties.Pricing.Lists;

public sealed class LiteLlmListTests
{
    private static readonly LocalDate March = new(2026, 3, 1);

    private const string Excerpt = """
        {"sample_spec":{"mode":"one of","input_cost_per_token":0},
         "gpt-x":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1.25e-06,"output_cost_per_token":0.00001,"cache_read_input_token_cost":1.25e-7,
            "input_cost_per_token_priority":2.5e-06,"input_cost_per_token_batches":6.25e-07},
         "azure/gpt-x":{"litellm_provider":"azure","mode":"responses","input_cost_per_token":2e-06,"output_cost_per_token":2e-05},
         "claude-x":{"litellm_provider":"anthropic","mode":"chat","input_cost_per_token":3e-06,"output_cost_per_token":1.5e-05,
            "cache_read_input_token_cost":3e-07,"cache_creation_input_token_cost":3.75e-06,"cache_creation_input_token_cost_above_1hr":6e-06,
            "input_cost_per_token_above_200k_tokens":6e-06,"output_cost_per_token_above_200k_tokens":2.25e-05,
            "cache_read_input_token_cost_above_200k_tokens":6e-07,"cache_creation_input_token_cost_above_200k_tokens":7.5e-06,
            "search_context_cost_per_query":{"search_context_size_low":0.01}},
         "ranged":{"litellm_provider":"dashscope","mode":"chat","tiered_pricing":[{"range":[0,32000.0],"input_cost_per_token":1e-06,"output_cost_per_token":2e-06},
            {"range":[32000.0,128000.0],"input_cost_per_token":3e-06,"output_cost_per_token":4e-06}]},
         "hearing":{"litellm_provider":"gemini","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":2e-06,"input_cost_per_audio_token":7e-06},
         "thinking":{"litellm_provider":"x","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":2e-06,"output_cost_per_reasoning_token":3e-06},
         "thinking-same":{"litellm_provider":"x","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":2e-06,"output_cost_per_reasoning_token":0.000002},
         "painting":{"litellm_provider":"x","mode":"image_generation","input_cost_per_image":0.04},
         "noisy":{"litellm_provider":"x","mode":"chat","input_cost_per_token":1.5000000000000002e-07,"output_cost_per_token":1e-06},
         "free":{"litellm_provider":"x","mode":"chat","input_cost_per_token":0,"output_cost_per_token":0}}
        """;

    [Fact]
    public void Prices_hold_from_the_given_date_by_provider_and_name()
    {
        var list = ListText.Read(PriceListFormat.LiteLlm, Excerpt, new(March));
        list.Prices.ShouldBe([
            new("openai", "gpt-x", March, 1.25m, 10, 0.125m, 1.25m), new("azure", "gpt-x", March, 2, 20, 2, 2),
            new("anthropic", "claude-x", March, 3, 15, 0.3m, 3.75m, 6), new("anthropic", "claude-x", March, 6, 22.5m, 0.6m, 7.5m, 6, 200_000),
            new("dashscope", "ranged", March, 1, 2, 1, 1), new("dashscope", "ranged", March, 3, 4, 3, 3, null, 32_000),
            new("x", "thinking-same", March, 1, 2, 1, 1), new("x", "free", March, 0, 0, 0, 0),
        ], ignoreOrder: true);
        list.Source.HasDates.ShouldBeFalse();
        list.Notes.Select(note => note.Model).ShouldBe(["gpt-x", "claude-x", "claude-x", "ranged"], ignoreOrder: true);
    }

    [Fact]
    public void A_model_whose_price_can_not_be_told_is_left_out_with_the_reason()
    {
        ListText.Read(PriceListFormat.LiteLlm, Excerpt).Skipped.Select(note => (note.Model, note.Text)).ShouldBe([
            ("hearing", "it has a price that usage does not tell: input_cost_per_audio_token"),
            ("thinking", "it has a price that usage does not tell: output_cost_per_reasoning_token"),
            ("painting", "its calls are not counted in tokens: mode image_generation"),
            ("noisy", "0.15000000000000002 USD per million tokens is not from 0 to 100000 with at most 10 decimals"),
        ]);
        ListText.Skipped(ListText.Read(PriceListFormat.LiteLlm, Excerpt, new(TextOnly: true))).ShouldNotContain(("gemini", "hearing"));
    }

    /// <summary>By the rules of the list: above a threshold the price of that name, if there is one; cached tokens cost the input's without one.</summary>
    [Property(MaxTest = 500)]
    public Property Every_call_costs_what_the_list_says() => Prop.ForAll(
        Figures.ToArbitrary(), Gen.Choose(0, 300_000).ToArbitrary(), (figures, context) =>
        {
            var costs = figures.Select(figure => $"\"{Names[figure.Kind]}{(figure.Tier == 0 ? "" : $"_above_{figure.Tier}k_tokens")}\":{figure.Price}e-08");
            var text = $$$"""{"m":{"litellm_provider":"p","mode":"chat",{{{string.Join(',', costs)}}}}}""";
            decimal? Of(int kind) => figures.Where(figure => figure.Kind == kind && (figure.Tier == 0 || context > figure.Tier * 1_000))
                .OrderBy(figure => figure.Tier).Select(figure => (decimal?)figure.Price / 100).LastOrDefault();
            var price = new PriceBook(ListText.Read(PriceListFormat.LiteLlm, text).Prices).FindTiers("p", "m", March)!.At(context);
            (price.Input, price.Output, price.CacheRead, price.CacheWrite, price.CacheWrite1h)
                .ShouldBe((Of(0)!.Value, Of(1)!.Value, Of(2) ?? Of(0)!.Value, Of(3) ?? Of(0)!.Value, Of(4)));
        });

    private static readonly string[] Names =
    [
        "input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost", "cache_creation_input_token_cost",
        "cache_creation_input_token_cost_above_1hr",
    ];

    private static Gen<List<(int Kind, int Tier, int Price)>> Figures =>
        from some in (
            from kind in Gen.Choose(0, 4)
            from tier in Gen.Elements(0, 128, 200)
            from price in Gen.Choose(0, 500)
            select (kind, tier, price)).ListOf()
        select some.Append((0, 0, 1)).Append((1, 0, 2)).DistinctBy(figure => (figure.Item1, figure.Item2)).ToList();
}
