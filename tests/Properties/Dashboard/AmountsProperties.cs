using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Dashboard.Text;
using Xunit;

namespace Usage.Tests.Properties.Dashboard;

public sealed class AmountsProperties
{
    [Property(MaxTest = 2_000)]
    public void A_short_count_is_within_half_of_its_last_digit(NonNegativeInt drawn, byte power)
    {
        var value = drawn.Get * (decimal)Math.Pow(10, power % 8);
        var text = Amounts.Count(value);
        Math.Abs(Read(text) - value).ShouldBeLessThanOrEqualTo(value * 0.006m);
        text.Count(char.IsAsciiDigit).ShouldBeInRange(1, value < 1e15m ? 3 : 20);
    }

    [Property(MaxTest = 1_000)]
    public void A_larger_amount_never_reads_as_a_smaller_one(NonNegativeInt left, NonNegativeInt right)
    {
        var (less, more) = (Math.Min(left.Get, right.Get), Math.Max(left.Get, right.Get));
        Read(Amounts.Count(less)).ShouldBeLessThanOrEqualTo(Read(Amounts.Count(more)));
    }

    [Property(MaxTest = 1_000)]
    public void Exact_amounts_round_trip(int units, ushort fraction)
    {
        var usd = units + (fraction / 10_000_000_000m);
        decimal.Parse(Amounts.ExactMoney(usd).Replace("$", "", StringComparison.Ordinal).Replace("−", "-", StringComparison.Ordinal), CultureInfo.InvariantCulture).ShouldBe(usd);
        decimal.Parse(Amounts.ExactCount(units), CultureInfo.InvariantCulture).ShouldBe(units);
    }

    [Property(MaxTest = 1_000)]
    public void A_non_zero_amount_never_reads_as_zero(PositiveInt ticks)
    {
        var usd = ticks.Get / 10_000_000_000m;
        Amounts.Money(usd).ShouldNotBe("$0");
        Amounts.TableMoney(usd).Any(letter => letter is >= '1' and <= '9').ShouldBeTrue(Amounts.TableMoney(usd));
        Amounts.Share(usd / (usd + 1)).ShouldNotBe("0%");
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("999", "999")]
    [InlineData("1234", "1.23k")]
    [InlineData("999499", "999k")]
    [InlineData("999999", "1M")]
    [InlineData("12345678", "12.3M")]
    [InlineData("5000000000000", "5T")]
    public void Counts_have_three_digits_and_a_unit(string value, string text) =>
        Amounts.Count(decimal.Parse(value, CultureInfo.InvariantCulture)).ShouldBe(text);

    [Theory]
    [InlineData("0", "$0")]
    [InlineData("0.001", "<$0.01")]
    [InlineData("0.005", "$0.01")]
    [InlineData("3.4", "$3.40")]
    [InlineData("999.994", "$999.99")]
    [InlineData("999.996", "$1k")]
    [InlineData("3421.5", "$3.42k")]
    public void Money_has_cents_below_a_thousand(string value, string text) =>
        Amounts.Money(decimal.Parse(value, CultureInfo.InvariantCulture)).ShouldBe(text);

    [Theory]
    [InlineData("100", "112", "+12%")]
    [InlineData("100", "92.5", "−7.5%")]
    [InlineData("100", "100", "±0%")]
    [InlineData("10", "340", "×34")]
    [InlineData("0", "5", null)]
    public void Changes_are_percentages_and_large_ones_are_factors(string before, string now, string? text) =>
        Change.Between(decimal.Parse(before, CultureInfo.InvariantCulture), decimal.Parse(now, CultureInfo.InvariantCulture))?.Words.ShouldBe(text);

    private static decimal Read(string text)
    {
        var unit = text[^1] switch { 'k' => 1e3m, 'M' => 1e6m, 'B' => 1e9m, 'T' => 1e12m, _ => 1m };
        return decimal.Parse(text.TrimEnd('k', 'M', 'B', 'T'), NumberStyles.Number, CultureInfo.InvariantCulture) * unit;
    }
}
