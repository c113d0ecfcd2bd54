using Xunit;

namespace Usage.Tests.Integration.Databases;

/// <summary>
/// The database of a test class: <c>class SomeTests(DatabaseFixture fixture) : IClassFixture&lt;DatabaseFixture&gt;</c>.
/// </summary>
public sealed class DatabaseFixture(PostgresFixture postgres) : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Database = await postgres.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
