using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Properties.Reporting;

public sealed class ReportTallyTests
{
    private static readonly LocalDate Raised = new(2026, 2, 1);

    /// <summary>A tenth of a tick per token, a quarter after the increase; "free" has no price.</summary>
    private static readonly CostEstimate Costs = new(
        [Raised], (_, model, date, tokens) => model == "free" ? null : tokens.Input * (date < Raised ? 0.1m : 0.25m));

    [Property]
    public Property A_cost_is_rounded_once_after_everything_is_added() => Prop.ForAll(
        Gen.ListOf(
            from tokens in Gen.Choose(0, 1_000)
            from ticks in Gen.Choose(0, 1_000)
            from period in Gen.Choose(0, 1)
            select Cell("m", tokens, ticks, period)).ToArbitrary(),
        cells =>
        {
            // In integer twentieths of a tick: a tenth is 2, a quarter is 5.
            var twentieths = cells.Sum(cell =>
                (cell.Sum.CostUsdTicks * 20) + (cell.Sum.Uncosted.Input * (cell.PricePeriod == 0 ? 2 : 5)));
            var (whole, rest) = ((long)twentieths / 20, (long)twentieths % 20);
            var expected = whole + (rest > 10 || (rest == 10 && whole % 2 == 1) ? 1 : 0);
            var rows = new ReportTally(Costs).Merge(cells, _ => 0);
            rows.Sum(row => row.Figures.CostUsd * 10_000_000_000m).ShouldBe(expected);
        });

    [Theory]
    [InlineData(5, 0, 0)]
    [InlineData(15, 0, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(6, 1, 2)]
    public void Half_a_tick_rounds_to_even(int tokens, int period, int ticks) =>
        new ReportTally(Costs).Merge([Cell("m", tokens, 0, period)], _ => 0)
            .ShouldHaveSingleItem().Figures.CostUsd.ShouldBe(ticks / 10_000_000_000m);

    [Fact]
    public void Models_without_a_price_are_listed_with_their_tokens_once()
    {
        ReportTally tally = new(Costs);
        var row = tally.Merge(
            [Cell("free", 7, 0, 0), Cell("free", 5, 3, 1), Cell("m", 10, 0, 0), Cell("priced", 0, 9, 0)], _ => 0).ShouldHaveSingleItem();
        row.Figures.CostUsd.ShouldBe(13 / 10_000_000_000m);
        tally.Unpriced.ShouldBe([new UnpricedModel("p", "free", 12, 0, 0, 0)]);
    }

    [Fact]
    public void Sums_beyond_64_bits_are_figures_like_any_other()
    {
        var row = new ReportTally(CostEstimate.None)
            .Merge([Cell("m", long.MaxValue, long.MaxValue, 0), Cell("m", long.MaxValue, long.MaxValue, 0)], _ => 0).ShouldHaveSingleItem();
        row.Figures.InputTokens.ShouldBe(2m * long.MaxValue);
        row.Figures.CostUsd.ShouldBe(1_844_674_407.3709551614m);
    }

    [Fact]
    public void Rows_with_the_same_figures_are_equal()
    {
        var figures = new ReportTally(Costs).Merge([Cell("m", 7, 3, 0)], _ => 0).ShouldHaveSingleItem().Figures;
        ModelUsage row = new("p", "m", 1, figures);
        row.ShouldBe(new ModelUsage("p", "m", 1, figures));
        (row with { Model = "other" }).ShouldNotBe(row);
        (row.InputTokens, row.CostUsdTicks, row.CostUsd, row.TaskCount).ShouldBe((7, 3, figures.CostUsd, 1));
    }

    private static UsageCell Cell(string model, decimal tokens, decimal ticks, int period)
    {
        TokenSum sum = new(tokens, 0, 0, 0);
        return new(0, null, "p", model, period, new(sum, ticks, sum, 1, 1), "p");
    }
}
