using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Usage.AspNetCore.Access;
using Xunit;

namespace Usage.Tests.Properties.Http;

public sealed class CallerKeyTests
{
    [Theory]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void Without_a_subject_a_caller_is_an_address_or_a_network_of_IPv6(string one, string other, bool same) =>
        (Of(one) == Of(other)).ShouldBe(same);

    [Fact]
    public void A_subject_is_a_caller_wherever_it_calls_from_and_is_never_taken_for_an_address()
    {
        Of("203.0.113.7", "sub", "service").ShouldBe(Of("203.0.113.8", ClaimTypes.NameIdentifier, "service"));
        Of("203.0.113.7", "sub", "one").ShouldNotBe(Of("203.0.113.7", "sub", "other"));
        Of("203.0.113.7", "sub", "203.0.113.7").ShouldNotBe(Of("203.0.113.7"));
    }

    private static string Of(string address, string? claim = null, string subject = "") => CallerKey.Of(new DefaultHttpContext
    {
        Connection = { RemoteIpAddress = IPAddress.Parse(address) },
        User = new(new ClaimsIdentity(claim is null ? [] : [new Claim(claim, subject)])),
    });
}
