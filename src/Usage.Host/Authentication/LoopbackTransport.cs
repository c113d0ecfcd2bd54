using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Usage.Host.Authentication;

/// <summary>
/// Binds to loopback addresses only. Every address that the server listens on passes through here, wherever it was configured,
/// including addresses added by a configuration reload.
/// </summary>
internal sealed class LoopbackTransport(SocketTransportFactory sockets) : IConnectionListenerFactory
{
    /// <exception cref="UsageConfigurationException">The address is not a loopback address.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        endpoint is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address)
            ? sockets.BindAsync(endpoint, cancellationToken)
            : throw ListenAddresses.NotLoopback(endpoint.ToString() ?? "");

    /// <summary>Replaces all other transports.</summary>
    public static void Use(IServiceCollection services)
    {
        services.RemoveAll<IMultiplexedConnectionListenerFactory>();
        services.RemoveAll<IConnectionListenerFactory>();
        services.AddSingleton<SocketTransportFactory>();
        services.AddSingleton<IConnectionListenerFactory, LoopbackTransport>();
    }
}
