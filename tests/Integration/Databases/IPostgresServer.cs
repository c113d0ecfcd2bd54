namespace Usage.Tests.Integration.Databases;

/// <summary>A PostgreSQL server for the tests' databases. Disposing stops it if the tests started it.</summary>
internal interface IPostgresServer : IAsyncDisposable
{
    string ConnectionString { get; }
}

/// <summary>An external server.</summary>
internal sealed class GivenServer(string connectionString) : IPostgresServer
{
    public string ConnectionString => connectionString;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
