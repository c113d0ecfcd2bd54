using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Usage.Host;

/// <summary>How long the server waits for slow clients: for a request's headers, and at shutdown.</summary>
internal static class ServerLimits
{
    /// <summary>Time for open requests to finish at shutdown; then their connections are closed.</summary>
    public static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Headers = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddServerLimits(this IServiceCollection services) => services
        .Configure<HostOptions>(host => host.ShutdownTimeout = Shutdown)
        .Configure<KestrelServerOptions>(server => server.Limits.RequestHeadersTimeout = Headers);
}
