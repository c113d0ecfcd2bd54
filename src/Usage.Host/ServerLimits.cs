using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Usage.Host;

/// <summary>How long the server waits for slow clients: with a request's headers, and when it stops.</summary>
internal static class ServerLimits
{
    /// <summary>Time for what is under way when the server is told to stop; connections that are still sending are then cut.</summary>
    public static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Headers = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddServerLimits(this IServiceCollection services) => services
        .Configure<HostOptions>(host => host.ShutdownTimeout = Shutdown)
        .Configure<KestrelServerOptions>(server => server.Limits.RequestHeadersTimeout = Headers);
}
