using Usage.Engine.Schema;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

/// <summary>Migrations of an initially empty database.</summary>
public abstract class MigrationTests(PostgresFixture postgres) : IAsyncLifetime
{
    protected TestDatabase Database { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Database = await postgres.CreateEmptyDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Migrates as one host.</summary>
    protected async Task<MigrationResult> MigrateAsync(bool standalone = false, IProgress<string>? progress = null)
    {
        await using var host = TestEngine.On(Database);
        return await host.Parts.Migrator.MigrateAsync(standalone, progress, Cancellation);
    }

    protected async Task MigrateDownAsync()
    {
        await using var host = TestEngine.On(Database);
        await host.Parts.Migrator.MigrateDownAsync(cancellationToken: Cancellation);
    }

    /// <summary>Lets a host run until the rollup is complete.</summary>
    protected async Task RunUntilCompleteAsync()
    {
        await using var host = TestEngine.On(Database);
        await host.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync("select complete and pending_live + pending_backfill = 0 and changed_tables = '{}' from usage_rollup.status");
        await host.Parts.Loop.StopAsync(Cancellation);
        await Database.ShouldBeExactAsync();
    }
}
