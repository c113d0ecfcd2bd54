using Npgsql;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

/// <summary>Migrations of an application whose usage and tasks are partitioned by the task.</summary>
public sealed class PartitionedTablesTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    private const string Index = "usage_rollup_task_usage_created_at";

    private const string IndexesSql = """
        select i.indrelid::regclass::text || ' ' || i.indisvalid from pg_index i
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] and a.attname = 'created_at'
        order by 1
        """;

    private static readonly string[] AllValid =
    [
        "task_usage true", "task_usage_p0 true", "task_usage_p1 true", "task_usage_p2 true", "task_usage_p2a true", "task_usage_p2b true",
    ];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await PartitionedTables.CreateAsync(Database);
    }

    [Fact]
    public async Task Triggers_and_indexes_are_on_every_partition_and_nothing_else_changes()
    {
        var before = await Catalog.ReadAsync(Database);
        (await MigrateAsync()).IndexesBuilt.Count.ShouldBe(4);
        (await Database.ScalarAsync<string[]>("select broken_triggers || changed_tables from usage_rollup.status")).ShouldBeEmpty();
        (await Database.QueryAsync<string>(IndexesSql)).ShouldBe(AllValid);
        (await Database.ScalarAsync<long>("select count(*) from pg_index where not indisvalid")).ShouldBe(0);
        before.Except(await Catalog.ReadAsync(Database)).ShouldBeEmpty("everything that was there is still there as it was");
        (await MigrateAsync()).IndexesBuilt.ShouldBeEmpty();
        await Database.Seed.UsageRow(await Database.Seed.LoneTask());
        await RunUntilCompleteAsync();
    }

    [Fact]
    public async Task Down_removes_it_from_every_partition()
    {
        var before = await Catalog.ReadAsync(Database);
        await MigrateAsync();
        await Database.Seed.UsageRow(await Database.Seed.LoneTask());
        await Database.ExecuteAsync("alter table public.task_usage detach partition public.task_usage_p1");
        await MigrateDownAsync();
        await Database.ExecuteAsync(
            "alter table public.task_usage attach partition public.task_usage_p1 for values with (modulus 3, remainder 1)");
        var after = await Catalog.ReadAsync(Database);
        after.Except(before).ShouldBeEmpty();
        (await Database.ScalarAsync<long>("select count(*) from pg_class where relname like 'usage\\_rollup%'")).ShouldBe(0);
    }

    [Theory]
    [InlineData($"create index {Index} on only public.task_usage (created_at)")]
    [InlineData("create index own on public.task_usage_p0 (created_at)")]
    public async Task An_interrupted_build_is_completed(string left)
    {
        await Database.ExecuteAsync(left);
        (await MigrateAsync()).IndexesBuilt.ShouldContain(Index);
        (await Database.QueryAsync<string>(IndexesSql)).Distinct().ShouldBe(AllValid);
    }

    [Fact]
    public async Task A_partitions_index_whose_build_was_killed_is_built_by_the_next_migration()
    {
        await MigrateAsync();
        await Database.ExecuteAsync($"drop index {Index}");
        await using (var old = await OpenTransaction.BeginAsync(Database))
        {
            await old.ExecuteAsync("delete from public.task_usage_p2a");
            var migration = MigrateAsync();
            await Database.UntilAsync(BuildWaits);

            await using var writer = await OpenTransaction.BeginAsync(Database);
            await writer.ExecuteAsync("set local lock_timeout = '10ms'");
            await writer.ExecuteAsync("delete from public.task_usage");
            await writer.CommitAsync();
            await Database.ExecuteAsync(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'create index concurrently%'");
            await Should.ThrowAsync<NpgsqlException>(() => migration);
        }

        (await Database.ScalarAsync<bool>($"select not indisvalid from pg_index where indexrelid = '{Index}'::regclass")).ShouldBeTrue();
        (await Database.ScalarAsync<long>("select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid where c.relkind = 'i' and not indisvalid"))
            .ShouldBe(1);
        (await MigrateAsync()).IndexesBuilt.ShouldBe([Index]);
        (await Database.QueryAsync<string>(IndexesSql)).ShouldBe(AllValid);
    }

    [Fact]
    public async Task If_the_application_has_an_index_on_every_partition_none_is_built()
    {
        foreach (var partition in (string[])["p0", "p1", "p2a", "p2b"])
        {
            await Database.ExecuteAsync($"create index on public.task_usage_{partition} (created_at, model)");
        }

        (await MigrateAsync()).IndexesBuilt.ShouldNotContain(Index);
    }

    private const string BuildWaits = """
        select exists (
            select from pg_stat_activity
            where datname = current_database() and query like 'create index concurrently%' and wait_event_type = 'Lock')
        """;
}
