using Npgsql;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

public sealed class IndexTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    private const string Name = "usage_rollup_agent_task_queue_issue_id";

    [Fact]
    public async Task An_invalid_index_left_by_a_failed_build_is_dropped_and_rebuilt()
    {
        await LargeApplication.CreateAsync(Database);
        await Should.ThrowAsync<PostgresException>(() => Database.ExecuteAsync(
            $"create unique index concurrently {Name} on public.agent_task_queue (status)"));
        (await IsValidAsync()).ShouldBeFalse();
        (await MigrateAsync()).IndexesBuilt.ShouldContain(Name);
        (await IsValidAsync()).ShouldBeTrue();
        (await Catalog.ReadAsync(Database))
            .ShouldContain($"index CREATE INDEX {Name} ON public.agent_task_queue USING btree (issue_id) valid t");
    }

    [Fact]
    public async Task An_invalid_index_is_dropped_even_if_the_application_has_a_suitable_one()
    {
        await LargeApplication.CreateAsync(Database);
        await Database.ExecuteAsync("create index own on public.agent_task_queue (issue_id)");
        await Should.ThrowAsync<PostgresException>(() => Database.ExecuteAsync(
            $"create unique index concurrently {Name} on public.agent_task_queue (status)"));
        (await MigrateAsync()).IndexesBuilt.ShouldNotContain(Name);
        (await Database.ScalarAsync<bool>($"select to_regclass('public.{Name}') is null")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_build_whose_backend_is_killed_is_built_by_the_next_migration()
    {
        await LargeApplication.CreateAsync(Database);
        await MigrateAsync();
        await Database.ExecuteAsync($"drop index {Name}");
        await using (var old = await OpenTransaction.BeginAsync(Database))
        {
            await old.ExecuteAsync("update public.agent_task_queue set status = 'failed'");
            var migration = MigrateAsync();
            await Database.UntilAsync(
                """
                select count(pg_terminate_backend(pid, 10000)) > 0 from pg_stat_activity
                where datname = current_database() and query like 'create index concurrently%' and wait_event_type = 'Lock'
                """);
            await Should.ThrowAsync<NpgsqlException>(() => migration);
        }

        (await IsValidAsync()).ShouldBeFalse();
        (await MigrateAsync()).IndexesBuilt.ShouldBe([Name]);
        (await IsValidAsync()).ShouldBeTrue();
    }

    [Theory]
    [InlineData("create index own on public.agent_task_queue (issue_id)", false)]
    [InlineData("create index own on public.agent_task_queue (issue_id desc, created_at) include (status)", false)]
    [InlineData("create index own on public.agent_task_queue (issue_id) where issue_id is not null", true)]
    [InlineData("create index own on public.agent_task_queue (created_at, issue_id)", true)]
    [InlineData("create index own on public.agent_task_queue using hash (issue_id)", true)]
    [InlineData("create index own on public.agent_task_queue ((issue_id::text))", true)]
    public async Task An_index_is_built_only_if_there_is_no_suitable_one(string own, bool built)
    {
        await LargeApplication.CreateAsync(Database);
        await Database.ExecuteAsync(own);
        (await MigrateAsync()).IndexesBuilt.Contains(Name).ShouldBe(built);
    }

    private Task<bool> IsValidAsync() =>
        Database.ScalarAsync<bool>(
            "select indisvalid from pg_index where indexrelid = to_regclass('public.' || @Name)", new { Name });
}
