using Shouldly;
using Usage.Host.Cli;
using Xunit;

namespace Usage.Tests.Properties.Cli;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(0, "hour[s] pending", "0 hours pending")]
    [InlineData(1, "hour[s] pending", "1 hour pending")]
    [InlineData(2, "index[es]", "2 indexes")]
    [InlineData(1, "index[es]", "1 index")]
    [InlineData(1_234_567, "usage row[s]", "1,234,567 usage rows")]
    [InlineData(1, "deleted", "1 deleted")]
    public void A_noun_agrees_with_its_count(long count, string what, string expected) => Quantity.Of(count, what).ShouldBe(expected);

    [Fact]
    public void Counts_in_a_row_are_separated_by_commas() =>
        Quantity.List((1, "mark[s]"), (1_200, "usage row[s]"), (0, "deleted")).ShouldBe("1 mark, 1,200 usage rows, 0 deleted");
}
