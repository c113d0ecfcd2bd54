using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Poolers;

/// <summary>A test class's pooler, with so few server connections that clients constantly share them.</summary>
public sealed class PoolerFixture(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>Number of server connections per database.</summary>
    public const int Connections = 2;

    internal PgBouncer Pooler { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Pooler = await PgBouncer.StartAsync(postgres.ServerAddress, Connections);

    public ValueTask DisposeAsync() => Pooler.DisposeAsync();
}
