using Xunit;

namespace Usage.Tests.Integration.Databases;

/// <summary>
/// Gives a test class its own migrated database, shared by its tests: <c>public sealed class SomeTests(DatabaseFixture fixture) :
/// IClassFixture&lt;DatabaseFixture&gt;</c>.
/// </summary>
public class DatabaseFixture(PostgresFixture postgres) : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    /// <summary>Whether usage and tasks are partitioned.</summary>
    public virtual bool IsPartitioned => false;

    public async ValueTask InitializeAsync()
    {
        if (!IsPartitioned)
        {
            Database = await postgres.CreateDatabaseAsync();
            return;
        }

        Database = await postgres.CreateEmptyDatabaseAsync();
        await PartitionedTables.CreateAsync(Database);
        await TemplateSchema.InstallAsync(Database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A fixture with usage and tasks partitioned by task.</summary>
public sealed class PartitionedDatabaseFixture(PostgresFixture postgres) : DatabaseFixture(postgres)
{
    public override bool IsPartitioned => true;
}
