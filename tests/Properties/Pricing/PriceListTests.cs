using System.Text;
using NodaTime;
using Shouldly;
using Usage.Engine.Pricing;
using Xunit;

namespace Usage.Tests.Properties.Pricing;

public sealed class PriceListTests
{
    private const string Header = "provider,model,input,output,cache_read,cache_write,valid_from";

    [Fact]
    public void A_list_is_read_whatever_the_order_of_its_columns()
    {
        var prices = Read("model,cache_write,cache_read,output,input,valid_from,provider\r\n\"a,\"\"b\"\"\",4,3,2,1.50,2026-01-31, OpenAI \r\n\r\nc,0,0,0,0,,\n");
        prices.ShouldBe([
            new("openai", "a,\"b\"", new LocalDate(2026, 1, 31), 1.5m, 2, 3, 4), new("", "c", null, 0, 0, 0, 0)]);
    }

    [Fact]
    public void A_list_needs_neither_providers_nor_dates() =>
        Read("model,input,output,cache_read,cache_write\nm,1,2,3,4").ShouldBe([new("", "m", null, 1, 2, 3, 4)]);

    [Fact]
    public void A_list_may_have_tiers_and_prices_of_long_cached_tokens() =>
        Read("model,input,output,cache_read,cache_write,cache_write_1h,above_tokens\nm,1,2,3,4,5,\nm,2,3,4,5,,200000").ShouldBe([
            new("", "m", null, 1, 2, 3, 4, 5), new("", "m", null, 2, 3, 4, 5, null, 200_000)]);

    [Theory]
    [InlineData("", 1, null, null)]
    [InlineData("model,input,output,cache_read\nm,1,2,3", 1, "cache_write", null)]
    [InlineData("model,input,output,cache_read,cache_write,valid_form\nm,1,2,3,4,", 1, null, "valid_form")]
    [InlineData("model,input,output,cache_read,cache_write,input\nm,1,2,3,4,5", 1, null, "input")]
    [InlineData(Header + "\n,m,1,2,3", 2, null, ",m,1,2,3")]
    [InlineData(Header + "\n,m,1,2,3,4,,9", 2, null, ",m,1,2,3,4,,9")]
    [InlineData(Header + "\n, ,1,2,3,4,", 2, "model", "")]
    [InlineData(Header + "\n,m,-1,2,3,4,", 2, "input", "-1")]
    [InlineData(Header + "\n,m,1,1e3,3,4,", 2, "output", "1e3")]
    [InlineData(Header + "\n,m,1,2,\"1,000\",4,", 2, "cache_read", "1,000")]
    [InlineData(Header + "\n,m,1,2,3,,", 2, "cache_write", "")]
    [InlineData(Header + "\n,m,100000.1,2,3,4,", 2, "input", "100000.1")]
    [InlineData(Header + "\n,m,0.00000000001,2,3,4,", 2, "input", "0.00000000001")]
    [InlineData(Header + "\n,m,$1,2,3,4,", 2, "input", "$1")]
    [InlineData(Header + "\n,m,NaN,2,3,4,", 2, "input", "NaN")]
    [InlineData(Header + "\n,m,1,2,3,4,31.01.2026", 2, "valid_from", "31.01.2026")]
    [InlineData(Header + "\n,m,1,2,3,4,2026-02-30", 2, "valid_from", "2026-02-30")]
    [InlineData(Header + "\n,m,1,2,3,4,\n\n,m,1,2,3,4,", 4, "model", "m")]
    [InlineData(Header + ",above_tokens\n,m,1,2,3,4,,200000", 2, "above_tokens", "200000")]
    [InlineData(Header + ",above_tokens\n,m,1,2,3,4,,0\n,m,1,2,3,4,,-1", 3, "above_tokens", "-1")]
    [InlineData(Header + ",cache_write_1h\n,m,1,2,3,4,,x", 2, "cache_write_1h", "x")]
    [InlineData(Header + "\np,m,1,2,3,4,\nP,m,1,2,3,4,", 3, "model", "m")]
    [InlineData(Header + "\n,\"two\nlines\",1,2,3,4,\n,m,x,2,3,4,", 4, "input", "x")]
    public void A_bad_line_is_named_with_its_file_line_column_value_and_rule(string text, int line, string? column, string? value)
    {
        var problem = Should.Throw<PriceListException>(() => Read(text)).Problems.ShouldHaveSingleItem();
        (problem.File, problem.Line, problem.Column, problem.Value).ShouldBe(("prices.csv", line, column, value));
        problem.Rule.ShouldNotBeEmpty();
        problem.ToString().ShouldStartWith($"prices.csv, line {line}");
    }

    [Fact]
    public void Each_bad_line_has_one_problem()
    {
        var error = Should.Throw<PriceListException>(() => Read(Header + "\n,m,x,y,z,4,\n,n,1,2,3,4,\n,,x,2,3,4,"));
        error.Problems.Select(problem => (problem.Line, problem.Column)).ShouldBe([(2, "input"), (4, "model")]);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused() => Should.Throw<PriceListException>(
        () => PriceList.Read(new MemoryStream([.. Encoding.UTF8.GetBytes(Header + "\n,m"), 0xff]), "prices.csv"));

    [Fact]
    public void The_start_list_has_every_price_once_without_a_start_date()
    {
        var prices = PriceListFile.ReadStartList().Prices;
        prices.Count.ShouldBe(61);
        prices.ShouldAllBe(price => price.ValidFrom == null);
        new PriceBook(prices).Find("anthropic", "claude-sonnet-4-5-20250929[1m]", new(2026, 1, 1))!.CacheWrite.ShouldBe(3.75m);
        new PriceBook(prices).Find("cursor", "auto", new(2026, 1, 1))!.Output.ShouldBe(6);
        new PriceBook(prices).Find("others", "auto", new(2026, 1, 1)).ShouldBeNull();
    }

    private static IReadOnlyList<ModelPrice> Read(string text) =>
        PriceList.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "prices.csv");
}
