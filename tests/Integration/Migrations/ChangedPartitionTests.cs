using Shouldly;
using Usage.Engine.Maintenance;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

/// <summary>Partitions that are added or removed after the migration: no trigger fires for their rows.</summary>
public sealed class ChangedPartitionTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    private const string Detach = "alter table public.task_usage detach partition public.task_usage_p0";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await PartitionedTables.CreateAsync(Database);
        await MigrateAsync();
        var agent = await Database.Seed.Agent(await Database.Seed.Workspace());
        await Database.ExecuteAsync(
            """
            with task as (insert into public.agent_task_queue (agent_id) select @agent from generate_series(1, 40) returning id)
            insert into public.task_usage (task_id, model, input_tokens, created_at)
            select t.id, 'm', 1, timestamptz '2026-03-01' + row_number() over () * interval '1 hour' from task t
            """,
            new { agent });
        await RunUntilCompleteAsync();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_detached_partition_is_listed_by_status_and_verify_and_leaves_the_rollup_at_the_next_migration_or_start(bool migrate)
    {
        await Database.ExecuteAsync(Detach);
        (await StatusAsync()).ChangedTables.ShouldBe(["public.task_usage_p0: detached or dropped"]);
        var report = await VerifyAsync();
        report.DriftCount.ShouldBeGreaterThan(0);
        report.ChangedTables.ShouldBe(["public.task_usage_p0: detached or dropped"]);

        await FollowAsync(migrate);
        await RunUntilCompleteAsync();
        (await StatusAsync()).ChangedTables.ShouldBeEmpty();
        (await VerifyAsync()).DriftCount.ShouldBe(0);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_partition_that_is_dropped_and_recreated_gets_its_triggers_at_the_next_migration_or_start(bool migrate)
    {
        await Database.ExecuteAsync(Detach);
        await Database.ExecuteAsync("drop table public.task_usage_p0");
        await Database.ExecuteAsync(
            "create table public.\"New One\" partition of public.task_usage for values with (modulus 3, remainder 0)");
        var status = await StatusAsync();
        status.ChangedTables.ShouldBe(
            ["public.\"New One\": added since the last migration or start", "public.task_usage_p0: detached or dropped"], ignoreOrder: true);
        status.BrokenTriggers.ShouldBe(["public.\"New One\".usage_rollup_truncate"]);
        (await VerifyAsync()).BrokenTriggers.ShouldBe(status.BrokenTriggers);

        await FollowAsync(migrate);
        await RunUntilCompleteAsync();
        status = await StatusAsync();
        status.ChangedTables.ShouldBeEmpty();
        status.BrokenTriggers.ShouldBeEmpty();

        await Database.ExecuteAsync(
            "insert into public.task_usage (task_id, model, created_at) select id, 'new', '2026-03-01' from public.agent_task_queue");
        await RunUntilCompleteAsync();
        await Database.ExecuteAsync("truncate public.\"New One\"");
        (await Database.DriftAsync()).ShouldBeGreaterThan(0);
        await RunUntilCompleteAsync();
    }

    [Fact]
    public async Task A_partition_that_is_attached_with_usage_in_it_is_in_the_rollup_after_the_next_start()
    {
        await Database.ExecuteAsync(Detach);
        await FollowAsync(migrate: false);
        await RunUntilCompleteAsync();
        await Database.ExecuteAsync("update public.task_usage_p0 set input_tokens = 5, created_at = created_at + interval '3 hours'");
        await Database.ExecuteAsync("alter table public.task_usage attach partition public.task_usage_p0 for values with (modulus 3, remainder 0)");
        (await Database.DriftAsync()).ShouldBeGreaterThan(0);
        await RunUntilCompleteAsync();
        (await Database.BucketsAsync()).Sum(bucket => bucket.InputTokens).ShouldBeGreaterThan(40);
    }

    [Fact]
    public async Task A_partition_that_stays_locked_does_not_keep_a_host_from_draining()
    {
        await Database.ExecuteAsync(Detach);
        await Database.ExecuteAsync("create table public.late partition of public.task_usage for values with (modulus 3, remainder 0)");
        await using var holder = await OpenTransaction.BeginAsync(Database);
        await holder.ExecuteAsync("lock table public.late in row exclusive mode");
        await Database.ExecuteAsync("update public.task_usage_p1 set input_tokens = 9");
        await using var host = TestEngine.On(Database);
        await host.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync("select not exists (select from usage_rollup.dirty)");
        await host.Parts.Loop.StopAsync(Cancellation);
        (await StatusAsync()).BrokenTriggers.ShouldBe(["public.late.usage_rollup_truncate"]);
    }

    [Fact]
    public async Task A_dropped_trigger_is_reinstalled_and_unmarked_changes_are_counted()
    {
        await Database.ExecuteAsync("drop trigger usage_rollup_update on public.task_usage");
        await Database.ExecuteAsync("update public.task_usage set input_tokens = 8");
        (await StatusAsync()).BrokenTriggers.Count.ShouldBe(6);
        await MigrateAsync();
        (await StatusAsync()).BrokenTriggers.ShouldBeEmpty();
        await RunUntilCompleteAsync();
        (await Database.BucketsAsync()).Sum(bucket => bucket.InputTokens).ShouldBe(40 * 8);
    }

    private async Task FollowAsync(bool migrate)
    {
        if (migrate)
        {
            await MigrateAsync();
            return;
        }

        await using var host = TestEngine.On(Database);
        await host.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync("select changed_tables = '{}' from usage_rollup.status");
        await host.Parts.Loop.StopAsync(Cancellation);
    }

    private async Task<EngineStatus> StatusAsync()
    {
        await using var host = TestEngine.On(Database);
        return await host.Engine.GetStatusAsync(Cancellation);
    }

    private async Task<VerifyReport> VerifyAsync()
    {
        await using var host = TestEngine.On(Database);
        return await host.Engine.VerifyAsync(new(), cancellationToken: Cancellation);
    }
}
