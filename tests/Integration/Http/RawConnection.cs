using System.Net.Sockets;
using System.Text;

namespace Usage.Tests.Integration.Http;

/// <summary>A connection that sends arbitrary bytes.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly TcpClient client = new();
    private StreamReader answers = StreamReader.Null;

    public static async Task<RawConnection> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        RawConnection connection = new();
        await connection.client.ConnectAsync(address.Host, address.Port, cancellationToken);
        connection.answers = new(connection.client.GetStream(), Encoding.Latin1);
        return connection;
    }

    /// <summary>Whether the connection is open without unread data.</summary>
    public bool IsUnanswered => !client.Client.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    public async Task SendAsync(string text, CancellationToken cancellationToken) =>
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

    /// <summary>The request line and headers of a recording.</summary>
    public Task SendHeadAsync(string path, string token, string body, CancellationToken cancellationToken) => SendAsync(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n{body}\r\n\r\n",
        cancellationToken);

    /// <summary>Waits until the server reads the body of a request with <c>Expect: 100-continue</c>.</summary>
    public async Task UntilBodyIsReadAsync(CancellationToken cancellationToken)
    {
        var line = await answers.ReadLineAsync(cancellationToken);
        if (line is not "HTTP/1.1 100 Continue")
        {
            throw new InvalidOperationException($"The server does not read the body, but answers {line}");
        }

        await answers.ReadLineAsync(cancellationToken);
    }

    /// <summary>Reads the next response: status, headers and body, as far as the server has sent them.</summary>
    public async Task<(int Status, string Head, string Body)> AnswerAsync(CancellationToken cancellationToken)
    {
        var status = await answers.ReadLineAsync(cancellationToken) ?? throw new IOException("The server closed without an answer.");
        StringBuilder head = new();
        var chunked = false;
        while (await answers.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            head.AppendLine(line);
            chunked |= line.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
        }

        StringBuilder body = new();
        while (chunked && await answers.ReadLineAsync(cancellationToken) is { } line && line != "0")
        {
            body.Append(line);
        }

        return (int.Parse(status.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), head.ToString(), body.ToString());
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
