using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Shouldly;
using Usage.Host;
using Usage.Host.Authentication;
using Usage.Host.Cli;
using Usage.Tests.Integration.Cli;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class ListeningTests(HttpFixture fixture) : HttpTests(fixture)
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Usage.Demo.dll");

    /// <summary>All settings that determine the listen addresses.</summary>
    [Theory]
    [InlineData("ASPNETCORE_HTTP_PORTS", "0", "--urls", "")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "0", "--urls", ";")]
    [InlineData("DOTNET_HTTP_PORTS", "0", "--urls", "")]
    [InlineData("HTTP_PORTS", "0", "--urls", " ; ")]
    [InlineData("ASPNETCORE_HTTPS_PORTS", "0", "--urls", "")]
    [InlineData("ASPNETCORE_URLS", "http://0.0.0.0:0")]
    [InlineData("DOTNET_URLS", "http://+:0")]
    [InlineData("ASPNETCORE_Kestrel__Endpoints__Public__Url", "http://*:0")]
    [InlineData("Kestrel__Endpoints__Public__Url", "http://[::]:0")]
    public async Task Without_authentication_no_setting_opens_the_server_to_others(string setting, string value, params string[] flags)
    {
        await using var server = ChildProcess.Start(
            "dotnet", [Program, "serve", .. flags],
            [new("ConnectionStrings__Usage", Database.ConnectionString), new("Usage__DrainInBackground", "false"), new(setting, value)]);
        var refused = await Should.ThrowAsync<InvalidOperationException>(server.NextLineAsync(), "no address is listened on");
        refused.Message.ShouldMatch("loopback only|contains no address");
        (await server.EndAsync()).Errors.ShouldNotContain("   at ");
    }

    /// <summary>Container images set them for every program, so they are not a deliberate choice.</summary>
    [Fact]
    public void Without_authentication_ports_alone_leave_the_server_on_loopback() => ListenAddresses
        .Allowed(new ConfigurationBuilder().AddInMemoryCollection([new("http_ports", "8080")]).Build(), AuthMode.None, flag: null)
        .ShouldBe([ListenAddresses.Default]);

    /// <summary>Bypasses the check of the settings, like an address that is added later.</summary>
    [Theory]
    [InlineData("http://*:0")]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    public async Task The_transport_of_a_host_without_authentication_binds_to_nothing_but_loopback(string address)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        LoopbackTransport.Use(builder.Services);
        await using var app = builder.Build();
        (await Should.ThrowAsync<UsageConfigurationException>(app.StartAsync(Cancellation))).Message.ShouldContain("loopback only");
    }

    [Theory]
    [InlineData("192.0.2.7", HttpStatusCode.Forbidden)]
    [InlineData("::ffff:192.0.2.7", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Forbidden)]
    [InlineData("::ffff:127.0.0.1", HttpStatusCode.OK)]
    [InlineData("::1", HttpStatusCode.OK)]
    public async Task Without_authentication_a_peer_on_another_machine_is_rejected_whatever_it_sends(string? peer, HttpStatusCode status)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Connection.RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer);
            return next(context);
        });
        app.UseLoopbackGuard();
        app.MapGet("/", () => "anything");
        await app.StartAsync(Cancellation);
        using HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        (await GetAsync(client, "/")).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task With_authentication_the_ports_that_a_container_sets_are_listened_on()
    {
        await using var app = Build(
            new() { ["Usage:Auth:Mode"] = "Jwt", ["Usage:Auth:SigningKey"] = HttpFixture.SigningKey, ["http_ports"] = "0" }, urls: null);
        await app.StartAsync(Cancellation);
        new Uri(app.Urls.Single().Replace("[::]", "localhost", StringComparison.Ordinal)).Port.ShouldNotBe(5080);
        app.Urls.Single().ShouldContain("[::]");
    }

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("5080")]
    [InlineData("localhost")]
    [InlineData("ftp://127.0.0.1:5080")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:-1")]
    [InlineData("http://127.0.0.1:port")]
    [InlineData("http://127.0.0.1:5080/usage")]
    [InlineData("http://localhost:0")]
    [InlineData("http://127.0.0.1:5080 http://127.0.0.1:5081")]
    [InlineData("http://unix:/tmp/usage.sock")]
    public void An_invalid_address_is_reported_with_the_rule(string urls)
    {
        var refusal = Should.Throw<UsageConfigurationException>(() => Build(new() { ["Usage:Auth:Mode"] = "None" }, urls)).Message;
        refusal.ShouldContain($"'{urls}'");
        refusal.ShouldContain("http://127.0.0.1:5080");
    }

    private static WebApplication Build(Dictionary<string, string?> settings, string? urls) =>
        UsageWebApplication.Build(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(settings) { ["Usage:DrainInBackground"] = "false" }).Build(),
            "Host=localhost", urls, TimeProvider.System);
}
