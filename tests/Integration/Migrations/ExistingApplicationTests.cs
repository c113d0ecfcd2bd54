using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

public sealed class ExistingApplicationTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    [Fact]
    public async Task The_applications_tables_change_only_by_two_columns_indexes_and_triggers()
    {
        await LargeApplication.CreateAsync(Database);
        var before = await Catalog.ReadAsync(Database);
        await MigrateAsync();
        var after = await Catalog.ReadAsync(Database);

        before.Except(after).ShouldBeEmpty("everything that was there is still there as it was");
        after.Except(before).Where(line => !line.Contains("usage_rollup.", StringComparison.Ordinal) && line != "schema usage_rollup")
            .ShouldBe([
            "column task_usage.cost_usd_ticks bigint f default  identity  generated  comment The provider's own price in 1e-10 USD; "
                + "null: it gave none. Added by Usage.",
            "column task_usage.updated_at timestamp with time zone f default now() identity  generated  comment Added by Usage.",
            "index CREATE INDEX usage_rollup_agent_task_queue_issue_id ON public.agent_task_queue USING btree (issue_id) valid t",
            "index CREATE INDEX usage_rollup_agent_task_queue_runtime_id ON public.agent_task_queue USING btree (runtime_id) valid t",
            "index CREATE INDEX usage_rollup_task_usage_created_at ON public.task_usage USING btree (created_at) valid t",
        ]);
        after.Where(line => line.StartsWith("trigger", StringComparison.Ordinal)).Count(line => line.Contains("usage_rollup_", StringComparison.Ordinal))
            .ShouldBe(8);
    }

    [Fact]
    public async Task A_suitable_index_of_the_application_is_not_duplicated()
    {
        await LargeApplication.CreateAsync(Database);
        (await MigrateAsync()).IndexesBuilt.ShouldNotContain("usage_rollup_agent_task_queue_agent_id");
    }

    [Fact]
    public async Task No_table_is_rewritten_and_existing_rows_keep_their_values()
    {
        await LargeApplication.CreateAsync(Database);
        var before = await FilesAsync();
        await MigrateAsync();
        (await FilesAsync()).ShouldBe(before);
        (await Database.ScalarAsync<long>(
            "select count(*) from public.task_usage where updated_at is null and cost_usd_ticks is null")).ShouldBe(60);

        await Database.ExecuteAsync(
            """
            insert into public.task_usage (id, task_id, model, created_at, region)
            select gen_random_uuid(), id, 'new', now(), 'eu' from public.agent_task_queue limit 1
            """);
        (await Database.ScalarAsync<long>("select count(*) from public.task_usage where updated_at is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task An_existing_column_of_the_application_is_not_replaced()
    {
        await LargeApplication.CreateAsync(Database);
        await Database.ExecuteAsync(
            "alter table public.task_usage add column updated_at timestamptz not null default '2020-01-01 00:00:00+00'");
        await MigrateAsync();
        (await Catalog.ReadAsync(Database)).ShouldContain(
            line => line.StartsWith("column task_usage.updated_at timestamp with time zone t default", StringComparison.Ordinal));
        await MigrateDownAsync();
        (await Database.ScalarAsync<long>(
            "select count(updated_at) from public.task_usage")).ShouldBe(60, "it is the application's");
    }

    [Fact]
    public async Task Its_history_is_backfilled_and_its_changes_are_marked()
    {
        await LargeApplication.CreateAsync(Database);
        await MigrateAsync();
        await RunUntilCompleteAsync();
        (await Database.BucketsAsync()).Sum(bucket => bucket.InputTokens).ShouldBe(600);

        await Database.ExecuteAsync("update public.agent_task_queue set status = 'failed', runtime_id = null");
        await Database.ExecuteAsync(
            "update public.task_usage set provider = 'Anthropic', created_at = created_at + interval '1 hour'");
        await using var engine = TestEngine.On(Database);
        await engine.Engine.DrainAsync(cancellationToken: Cancellation);
        await Database.ShouldBeExactAsync();
        (await Database.BucketsAsync()).ShouldAllBe(bucket => bucket.Provider == "anthropic" && bucket.RuntimeId == null);
    }

    /// <summary>A rewrite changes a table's file.</summary>
    private Task<IReadOnlyList<string>> FilesAsync() => Database.QueryAsync<string>(
        "select relname || ' ' || relfilenode from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1");
}
