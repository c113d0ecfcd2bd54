using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class SlowHeaderTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Fact]
    public async Task Headers_that_do_not_end_within_seconds_end_the_connection()
    {
        await using var app = await HttpFixture.StartAsync(Database, []);
        app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.RequestHeadersTimeout
            .ShouldBe(TimeSpan.FromSeconds(10));
        using TcpClient client = new();
        await client.ConnectAsync(Fixture.Address.Host, new Uri(app.Urls.Single()).Port, Cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: a"u8.ToArray(), Cancellation);
        using StreamReader reader = new(stream, Encoding.ASCII);
        (await reader.ReadLineAsync(Cancellation)).ShouldBe("HTTP/1.1 408 Request Timeout");
    }
}
