using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Usage.AspNetCore.Access;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class EmbeddingTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Fact]
    public async Task A_host_maps_the_endpoints_with_its_own_authentication_and_access()
    {
        await using var app = Build(services => services
            .AddScoped<IUsageAccess, OnlyOneWorkspace>()
            .AddSingleton(new OnlyOneWorkspace.Choice(Theirs.Workspace))
            .AddBadges());
        await app.StartAsync(Cancellation);
        using HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        (await GetAsync(client, Theirs.Reads[0])).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        client.DefaultRequestHeaders.Add("Badge", "anybody");
        (await GetAsync(client, Theirs.Reads[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(client, Mine.Reads[0])).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync(client, "api/usage/status")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var row = (await JsonAsync(await GetAsync(client, Theirs.Reads[0]))).AsArray()[0]!.AsObject();
        row.ContainsKey("input_tokens").ShouldBeTrue("whatever the host's own JSON looks like");
    }

    [Fact]
    public void A_host_without_authentication_is_refused_at_its_start() =>
        Should.Throw<InvalidOperationException>(() => Build(_ => { })).Message.ShouldContain("AddAuthentication");

    [Fact]
    public void A_host_without_the_services_is_refused_at_its_start()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        Should.Throw<InvalidOperationException>(() => app.MapUsage()).Message.ShouldContain("AddUsageHttp");
    }

    private WebApplication Build(Action<IServiceCollection> configure) => EmbeddedHost.Build(Database.DataSource, configure);

    private sealed class OnlyOneWorkspace(OnlyOneWorkspace.Choice choice) : IUsageAccess
    {
        public Guid? ViewerOf(ClaimsPrincipal caller) => null;

        public ValueTask<bool> MayReadAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) =>
            new(workspaceId == choice.Workspace);

        public bool MayRecord(ClaimsPrincipal caller) => false;

        public ValueTask<bool> MayRecordAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) => new(false);

        public bool MayOperate(ClaimsPrincipal caller) => false;

        internal sealed record Choice(Guid Workspace);
    }
}
