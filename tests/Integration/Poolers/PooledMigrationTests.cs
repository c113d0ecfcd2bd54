using Npgsql;
using Shouldly;
using Usage.Engine.Schema;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Usage.Tests.Integration.Migrations;
using Xunit;

namespace Usage.Tests.Integration.Poolers;

public sealed class PooledMigrationTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    private const string LocksSql = """
        select count(*) from pg_locks
        where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
        """;

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "")]
    [InlineData(3, "server_round_robin = 1")]
    public async Task Migrating_through_a_pooler_is_refused_and_leaves_nothing_behind(int connections, string setting)
    {
        await using var pooler = await PgBouncer.StartAsync(Database.ConnectionString, connections, setting);
        await using var host = TestEngine.On(Database, address: pooler.Route);
        var before = await Catalog.ReadAsync(Database);

        var refused = await Should.ThrowAsync<UsageSchemaException>(
            () => host.Parts.Migrator.MigrateAsync(createApplicationTables: true, cancellationToken: Cancellation));

        refused.Message.ShouldContain("connection pooler");
        refused.Message.ShouldContain("directly");
        (await Catalog.ReadAsync(Database)).ShouldBe(before);
        (await Database.ScalarAsync<bool>(RollupState.NothingIsLocked)).ShouldBeTrue();
    }

    [Fact]
    public async Task Migrating_down_through_a_pooler_is_refused_too()
    {
        await MigrateAsync(standalone: true);
        await using var pooler = await PgBouncer.StartAsync(Database.ConnectionString, poolSize: 2);
        await using var host = TestEngine.On(Database, address: pooler.Route);
        var before = await Catalog.ReadAsync(Database);

        (await Should.ThrowAsync<UsageSchemaException>(() => host.Parts.Migrator.MigrateDownAsync(cancellationToken: Cancellation)))
            .Message.ShouldContain("connection pooler");

        (await Catalog.ReadAsync(Database)).ShouldBe(before);
    }

    [Fact]
    public async Task The_program_reports_it_in_one_line()
    {
        await using var pooler = await PgBouncer.StartAsync(Database.ConnectionString, poolSize: 2);

        var refused = (await UsageProgram.RunAsync(pooler.Route(Database.ConnectionString), "migrate", "--standalone")).ShouldExitWith(1);

        refused.Errors.ShouldContain("connection pooler");
        refused.Errors.ShouldNotContain("   at ");
    }

    /// <summary>
    /// Bypasses the check: even if a pooler is not recognised, two hosts exclude each other, and nothing leaks.
    /// </summary>
    [Fact]
    public async Task Of_two_hosts_that_take_the_lock_through_a_pooler_one_waits_for_the_other()
    {
        await using var pooler = await PgBouncer.StartAsync(Database.ConnectionString, poolSize: 3);
        await using var one = Database.Connect(pooler.Route);
        await using var two = Database.Connect(pooler.Route);

        await using (await MigrationLock.TakeAsync(one, TimeProvider.System, Cancellation))
        {
            // Others use the pooler's connections meanwhile, so that hosts switch between them.
            await UseConnectionsAsync(two);
            using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var second = MigrationLock.TakeAsync(two, TimeProvider.System, giveUp.Token);
            await UseConnectionsAsync(one);
            second.IsCompleted.ShouldBeFalse("both hold the lock");
            (await Database.ScalarAsync<long>(LocksSql)).ShouldBe(1);
            await giveUp.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => second);
        }

        (await Database.ScalarAsync<long>(LocksSql)).ShouldBe(0, "the lock has leaked");
        await using var third = await MigrationLock.TakeAsync(two, TimeProvider.System, Cancellation);
    }

    private static async Task UseConnectionsAsync(NpgsqlDataSource source)
    {
        await using var first = await source.OpenConnectionAsync(Cancellation);
        await using var transaction = await first.BeginTransactionAsync(Cancellation);
        await using NpgsqlCommand command = new("select pg_backend_pid()", first);
        await command.ExecuteScalarAsync(Cancellation);
        await using var second = source.CreateCommand("select pg_backend_pid()");
        await second.ExecuteScalarAsync(Cancellation);
    }
}
