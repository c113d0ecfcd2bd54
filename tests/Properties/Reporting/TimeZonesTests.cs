using Shouldly;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Properties.Reporting;

public sealed class TimeZonesTests
{
    [Theory]
    [Trait("Field", "16")]
    [InlineData("Local")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("localtime")]
    [InlineData("Factory")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("UTC+05:30")]
    [InlineData("+02:00")]
    [InlineData("europe/berlin")]
    [InlineData(" Europe/Berlin")]
    [InlineData("Europe/Berlin\0")]
    [InlineData("Mars/Olympus")]
    public void A_name_that_is_not_an_IANA_zone_is_rejected_by_name(string name)
    {
        TimeZones.Find(name).ShouldBeNull();
        Should.Throw<FormatException>(() => TimeZones.Parse(name)).Message.ShouldContain($"\"{name}\"");
        Should.Throw<FormatException>(() => TimeZones.Resolve(name, "Europe/Berlin"));
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Etc/UTC")]
    [InlineData("Europe/Berlin")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Asia/Calcutta")]
    [InlineData("America/Argentina/Buenos_Aires")]
    [InlineData("EST5EDT")]
    public void Canonical_names_and_aliases_are_accepted(string name)
    {
        TimeZones.Names.ShouldContain(name);
        TimeZones.Parse(name).Id.ShouldBe(name);
    }

    [Fact]
    public void Names_are_in_order_and_each_is_a_zone()
    {
        TimeZones.Names.ShouldBe(TimeZones.Names.Distinct().Order(StringComparer.Ordinal));
        TimeZones.Names.ShouldAllBe(name => TimeZones.Find(name) != null);
    }

    [Theory]
    [InlineData("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo")]
    [InlineData("Asia/Tokyo", null, "Asia/Tokyo")]
    [InlineData(null, "Europe/Berlin", "Europe/Berlin")]
    [InlineData(null, null, "UTC")]
    [InlineData(null, "Local", "UTC")]
    [InlineData(null, "", "UTC")]
    public void The_requested_zone_takes_precedence_over_the_preferred_one_and_that_over_UTC(string? asked, string? preferred, string zone) =>
        TimeZones.Resolve(asked, preferred).Id.ShouldBe(zone);
}
