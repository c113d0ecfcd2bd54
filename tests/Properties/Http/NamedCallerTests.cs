using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Usage.AspNetCore.Access;
using Xunit;

namespace Usage.Tests.Properties.Http;

public sealed class NamedCallerTests
{
    private static readonly Claim OneWorkspace = new("workspace_id", "1");
    private static readonly Claim OtherWorkspace = new("workspace_id", "2");

    [Fact]
    public void A_subject_is_one_caller_from_wherever_and_for_whichever_workspace_it_calls() =>
        Of("10.0.0.1", new("sub", "a"), OneWorkspace).ShouldBe(Of("10.0.0.2", new("sub", "a"), OtherWorkspace));

    [Fact]
    public void Subjects_at_one_address_are_different_callers() => Of("10.0.0.1", new Claim("sub", "a")).ShouldNotBe(Of("10.0.0.1", new Claim("sub", "b")));

    [Fact]
    public void A_client_and_a_subject_of_the_same_name_are_different_callers() =>
        Of("10.0.0.1", new Claim("client_id", "a")).ShouldNotBe(Of("10.0.0.1", new Claim("sub", "a")));

    [Fact]
    public void Without_a_subject_or_client_the_same_workspaces_in_any_order_are_one_caller()
    {
        Of("10.0.0.1", OneWorkspace, OtherWorkspace).ShouldBe(Of("10.0.0.2", OtherWorkspace, OneWorkspace));
        Of("10.0.0.1", OneWorkspace).ShouldNotBe(Of("10.0.0.1", OtherWorkspace));
    }

    [Fact]
    public void Without_any_claim_an_address_is_a_caller()
    {
        Of("10.0.0.1").ShouldBe(Of("10.0.0.1"));
        Of("10.0.0.1").ShouldNotBe(Of("10.0.0.2"));
    }

    private static string Of(string address, params Claim[] claims) => CallerKey.Of(new DefaultHttpContext
    {
        User = new(new ClaimsIdentity(claims)),
        Connection = { RemoteIpAddress = IPAddress.Parse(address) },
    });
}
