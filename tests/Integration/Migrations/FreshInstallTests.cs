using Shouldly;
using Usage.Engine.Schema;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

public sealed class FreshInstallTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    [Fact]
    public async Task A_standalone_install_creates_the_applications_tables_and_everything_that_usage_adds()
    {
        var result = await MigrateAsync(standalone: true);
        result.Applied.ShouldNotBeEmpty();
        result.IndexesBuilt.Count.ShouldBe(4);
        result.Version.ShouldNotBeNullOrEmpty();
        (await Database.ScalarAsync<long>("select count(*) from usage_rollup.broken_trigger")).ShouldBe(0);
        await Database.Seed.UsageRow(await Database.Seed.LoneTask());
        await RunUntilCompleteAsync();
        (await Database.BucketsAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_second_migration_changes_nothing()
    {
        var first = await MigrateAsync(standalone: true);
        var before = await Catalog.ReadAsync(Database);
        var second = await MigrateAsync(standalone: true);
        second.Applied.ShouldBeEmpty();
        second.IndexesBuilt.ShouldBeEmpty();
        second.Version.ShouldBe(first.Version);
        (await Catalog.ReadAsync(Database)).ShouldBe(before);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Three_hosts_that_migrate_at_once_apply_each_migration_once(bool standalone)
    {
        if (!standalone)
        {
            await LargeApplication.CreateAsync(Database);
        }

        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => MigrateAsync(standalone)));
        results.Count(result => result.Applied.Count > 0).ShouldBe(1);
        results.SelectMany(result => result.Applied).ShouldBeUnique();
        results.SelectMany(result => result.IndexesBuilt).ShouldBeUnique();
        results.Select(result => result.Version).Distinct().ShouldHaveSingleItem();
        (await Database.ScalarAsync<bool>(RollupState.NothingIsLocked)).ShouldBeTrue();
        await RunUntilCompleteAsync();
    }

    [Fact]
    public async Task Hosts_that_migrate_at_start_need_no_other_command()
    {
        var hosts = Enumerable.Range(0, 3).Select(_ => TestEngine.On(Database, configure: options =>
        {
            options.ApplyMigrations = true;
            options.CreateApplicationTables = true;
        })).ToList();
        await Task.WhenAll(hosts.Select(host => host.Parts.Loop.StartAsync(Cancellation)));
        await Database.UntilAsync("select to_regclass('usage_rollup.status') is not null");
        await Database.UntilAsync("select complete from usage_rollup.status");
        await Task.WhenAll(hosts.Select(host => host.Parts.Loop.StopAsync(Cancellation)));
        (await Database.ScalarAsync<long>("select count(*) from usage_rollup.backfill")).ShouldBe(1);
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_database_without_the_applications_tables_is_rejected_and_not_changed()
    {
        var before = await Catalog.ReadAsync(Database);
        var error = await Should.ThrowAsync<UsageSchemaException>(() => MigrateAsync());
        error.Message.ShouldContain("table public.task_usage is missing");
        (await Catalog.ReadAsync(Database)).ShouldBe(before);
    }
}
