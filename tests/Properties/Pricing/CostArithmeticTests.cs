using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Properties.Pricing;

public sealed class CostArithmeticTests
{
    private const long UnitsPerUsd = 10_000_000_000;

    [Theory]
    [InlineData(1_000_000, "5", "5")]
    [InlineData(1, "5", "0.000005")]
    [InlineData(3, "0.0028", "0.0000000084")]
    [InlineData(123_456_789, "3.125", "385.802465625")]
    [InlineData(1, "0.0001", "0.0000000001")]
    [InlineData(1, "0.00005", "0")]
    [InlineData(3, "0.00005", "0.0000000002")]
    [InlineData(5, "0.00005", "0.0000000002")]
    [InlineData(7, "0.00005", "0.0000000004")]
    [InlineData(1_000_000_000_000_000, "100000", "100000000000000")]
    public void Costs_match_examples_worked_out_by_hand(long tokens, string price, string usd)
    {
        var figure = decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture);
        Usd(new ModelPrice("", "m", null, figure, 0, 0, 0).Ticks(new(tokens, 0, 0, 0)))
            .ShouldBe(decimal.Parse(usd, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Four rows of half a tick each are two ticks; rounding each first would give zero.</summary>
    [Fact]
    public void A_sum_is_rounded_once_at_the_end()
    {
        ModelPrice price = new("", "m", null, 0.00005m, 0, 0, 0);
        Usd(Enumerable.Range(0, 4).Sum(_ => price.Ticks(new(1, 0, 0, 0)))).ShouldBe(0.0000000002m);
    }

    [Property]
    public Property A_sum_of_many_products_is_the_rational_number_that_integers_of_any_size_give() => Prop.ForAll(
        Products.ListOf().Where(products => products.Count > 0).ToArbitrary(),
        products =>
        {
            var parts = products.Aggregate(BigInteger.Zero, (sum, product) => sum
                + ((BigInteger)product.Tokens.Input * Units(product.Price.Input)) + ((BigInteger)product.Tokens.Output * Units(product.Price.Output))
                + ((BigInteger)product.Tokens.CacheRead * Units(product.Price.CacheRead))
                + ((BigInteger)product.Tokens.CacheWrite * Units(product.Price.CacheWrite)));
            var usd = Usd(products.Aggregate(0m, (sum, product) => sum + product.Price.Ticks(product.Tokens)));
            ((BigInteger)(usd * UnitsPerUsd)).ShouldBe(HalfToEven(parts, 1_000_000));
            (usd * UnitsPerUsd % 1).ShouldBe(0);
        });

    private static Gen<decimal> Prices =>
        from units in Gen.OneOf(Gen.Choose(0, 2_000_000_000), Gen.Choose(0, 50))
        from decimals in Gen.Choose(0, ModelPrice.Decimals)
        select Math.Min(ModelPrice.Highest, new decimal(units, 0, 0, false, (byte)decimals));

    private static Gen<decimal> Counts =>
        from high in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 1_000_000))
        from low in Gen.Choose(0, 1_000_000)
        select ((decimal)high * 1_000_000) + low;

    private static Gen<(ModelPrice Price, TokenSum Tokens)> Products =>
        from prices in Prices.Four()
        from counts in Counts.Four()
        select (
            new ModelPrice("", "m", null, prices.Item1, prices.Item2, prices.Item3, prices.Item4),
            new TokenSum(counts.Item1, counts.Item2, counts.Item3, counts.Item4));

    private static BigInteger Units(decimal price) => (BigInteger)(price * UnitsPerUsd);

    private static BigInteger HalfToEven(BigInteger parts, BigInteger divisor)
    {
        var (quotient, rest) = BigInteger.DivRem(parts, divisor);
        return (rest * 2).CompareTo(divisor) switch { > 0 => quotient + 1, 0 when !quotient.IsEven => quotient + 1, _ => quotient };
    }

    private static decimal Usd(decimal ticks) =>
        ReportTally.Figures(default, ticks).CostUsd;
}
