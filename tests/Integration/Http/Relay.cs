using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Http;

/// <summary>
/// A TCP relay in front of a test's database that can be interrupted: nothing listens then, and open connections break.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder target;
    private readonly int port;
    private readonly ConcurrentBag<Socket> sockets = [];
    private Socket listener;

    private Relay(NpgsqlConnectionStringBuilder target)
    {
        this.target = target;
        listener = Listen(0);
        port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _ = AcceptAsync(listener);
    }

    /// <summary>The database through the relay.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(target.ConnectionString) { Host = "127.0.0.1", Port = port }.ConnectionString;

    public static Relay To(TestDatabase database) => new(new(database.ConnectionString));

    /// <summary>Breaks what is open, and goes away.</summary>
    public void Cut()
    {
        listener.Dispose();
        Break();
    }

    /// <summary>Breaks what is open; new connections are taken.</summary>
    public void Break()
    {
        while (sockets.TryTake(out var socket))
        {
            socket.Dispose();
        }
    }

    public void Restore()
    {
        listener = Listen(port);
        _ = AcceptAsync(listener);
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return ValueTask.CompletedTask;
    }

    private static Socket Listen(int port)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }

    private async Task AcceptAsync(Socket accepting)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await accepting.AcceptAsync());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Interrupted.
        }
    }

    private async Task ForwardAsync(Socket near)
    {
        Socket far = new(SocketType.Stream, ProtocolType.Tcp);
        sockets.Add(near);
        sockets.Add(far);
        try
        {
            await far.ConnectAsync(target.Host!, target.Port);
            _ = CopyAsync(near, far);
            _ = CopyAsync(far, near);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Broken while it was made.
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            await using NetworkStream source = new(from), sink = new(to);
            await source.CopyToAsync(sink);
            to.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            // One side closed the connection.
        }
    }
}
