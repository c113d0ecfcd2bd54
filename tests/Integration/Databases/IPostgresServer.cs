namespace Usage.Tests.Integration.Databases;

/// <summary>A PostgreSQL on which the tests may create databases. Disposing ends what was started.</summary>
internal interface IPostgresServer : IAsyncDisposable
{
    string ConnectionString { get; }
}

/// <summary>A server that somebody else runs.</summary>
internal sealed class GivenServer(string connectionString) : IPostgresServer
{
    public string ConnectionString => connectionString;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
