using Npgsql;

namespace Usage.Engine.Standby;

/// <summary>An open connection to the server that a report is read from.</summary>
internal sealed class ReadPlace(NpgsqlConnection connection, ReportServer server, int attempt) : IAsyncDisposable
{
    public NpgsqlConnection Connection => connection;

    public ReportServer Server => server;

    /// <summary>The number of the attempt, for the journal.</summary>
    public int Attempt => attempt;

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
