using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

public sealed class DownTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    [Fact]
    public async Task Down_leaves_the_original_schema_and_the_column_that_holds_data()
    {
        await LargeApplication.CreateAsync(Database);
        var before = await Catalog.ReadAsync(Database);
        await MigrateAsync();
        await RunUntilCompleteAsync();
        await Database.ExecuteAsync("update public.task_usage set cost_usd_ticks = 5");
        await MigrateDownAsync();

        var after = await Catalog.ReadAsync(Database);
        before.Except(after).ShouldBeEmpty();
        after.Except(before).ShouldHaveSingleItem().ShouldStartWith("column task_usage.cost_usd_ticks bigint");
        (await Database.ScalarAsync<long>("select sum(cost_usd_ticks)::bigint from public.task_usage")).ShouldBe(300);
    }

    [Fact]
    public async Task Up_after_down_restores_the_rollup_with_what_changed_in_between()
    {
        await LargeApplication.CreateAsync(Database);
        await MigrateAsync();
        await RunUntilCompleteAsync();
        await MigrateDownAsync();
        await Database.ExecuteAsync("update public.task_usage set input_tokens = 11");
        (await MigrateAsync()).Applied.ShouldNotBeEmpty();
        await RunUntilCompleteAsync();
        (await Database.BucketsAsync()).Sum(bucket => bucket.InputTokens).ShouldBe(660);
    }

    [Fact]
    public async Task Down_is_idempotent_and_works_without_an_installed_schema()
    {
        await LargeApplication.CreateAsync(Database);
        var before = await Catalog.ReadAsync(Database);
        await MigrateDownAsync();
        (await Catalog.ReadAsync(Database)).ShouldBe(before);
        await MigrateAsync();
        await MigrateDownAsync();
        await MigrateDownAsync();
        (await Catalog.ReadAsync(Database)).Except(before).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Down_waits_briefly_for_a_lock_and_retries()
    {
        await MigrateAsync(standalone: true);
        await using var holder = await OpenTransaction.BeginAsync(Database);
        await holder.ExecuteAsync("lock table public.task_usage in row exclusive mode");
        var down = MigrateDownAsync();
        await Database.UntilAsync(RollupState.SomeoneWaitsForALock);
        await holder.CommitAsync();
        await down;
        (await Database.ScalarAsync<bool>("select to_regnamespace('usage_rollup') is null")).ShouldBeTrue();
    }
}
