using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Poolers;

/// <summary>A pooler of a test class, with so few server connections that everybody waits for one and gets another's.</summary>
public sealed class PoolerFixture(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>Server connections for a database.</summary>
    public const int Connections = 2;

    internal PgBouncer Pooler { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Pooler = await PgBouncer.StartAsync(postgres.ServerAddress, Connections);

    public ValueTask DisposeAsync() => Pooler.DisposeAsync();
}
