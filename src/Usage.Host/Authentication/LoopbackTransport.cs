using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Usage.Host.Authentication;

/// <summary>
/// Binds to loopback only. Every address that the server is about to listen on passes here, wherever it was configured, also one that a
/// reload of the settings adds.
/// </summary>
internal sealed class LoopbackTransport(SocketTransportFactory sockets) : IConnectionListenerFactory
{
    /// <exception cref="UsageConfigurationException">The address is open to others.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        endpoint is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address)
            ? sockets.BindAsync(endpoint, cancellationToken)
            : throw ListenAddresses.NotLoopback(endpoint.ToString() ?? "");

    /// <summary>Replaces every other transport.</summary>
    public static void Use(IServiceCollection services)
    {
        services.RemoveAll<IMultiplexedConnectionListenerFactory>();
        services.RemoveAll<IConnectionListenerFactory>();
        services.AddSingleton<SocketTransportFactory>();
        services.AddSingleton<IConnectionListenerFactory, LoopbackTransport>();
    }
}
