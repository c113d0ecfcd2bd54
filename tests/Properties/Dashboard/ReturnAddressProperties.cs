using FsCheck.Xunit;
using Shouldly;
using Usage.Host.SignIn;
using Xunit;

namespace Usage.Tests.Properties.Dashboard;

public sealed class ReturnAddressProperties
{
    private static readonly Uri SignIn = new("https://usage.example.com/ops/usage/sign-in");

    [Property(MaxTest = 1_000)]
    public void Whatever_is_asked_for_is_a_page_in_the_folder_of_the_sign_in(string? address) => ShouldStay(address);

    [Property(MaxTest = 1_000)]
    public void Nothing_that_is_put_before_or_after_an_address_leads_elsewhere(string before, string after) =>
        ShouldStay($"{before}workspace?id=1{after}");

    [Theory]
    [InlineData("//evil.example.com")]
    [InlineData("/\\evil.example.com")]
    [InlineData("\\\\evil.example.com")]
    [InlineData("https://evil.example.com")]
    [InlineData("https:evil")]
    [InlineData("javascript:alert(1)")]
    [InlineData("./..//evil.example.com")]
    [InlineData(".//evil.example.com")]
    [InlineData("../api")]
    [InlineData("..")]
    [InlineData("\t//evil.example.com")]
    [InlineData("workspace\r\nSet-Cookie: a=b")]
    [InlineData("@evil.example.com")]
    public void An_address_elsewhere_is_the_first_page(string address) => ReturnAddress.Safe(address).ShouldBe("./");

    [Theory]
    [InlineData("")]
    [InlineData("prices")]
    [InlineData("workspace?id=8f7c&tz=America/St_Johns&from=2026-01-01")]
    [InlineData("?a=https://evil.example.com")]
    public void A_page_keeps_its_state(string address)
    {
        ReturnAddress.Safe(address).ShouldBe($"./{address}");
        ReturnAddress.Safe($"./{address}").ShouldBe($"./{address}");
    }

    private static void ShouldStay(string? address)
    {
        Uri reached = new(SignIn, ReturnAddress.Safe(address));
        reached.GetLeftPart(UriPartial.Authority).ShouldBe("https://usage.example.com");
        reached.AbsolutePath.ShouldStartWith("/ops/usage/");
        reached.AbsolutePath["/ops/usage/".Length..].ShouldNotContain("/");
    }
}
