using Shouldly;
using Usage.Engine.Schema;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

public sealed class RefusalTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    [Theory]
    [InlineData("drop table public.task_usage", "there is no table public.task_usage")]
    [InlineData("drop table public.member", "there is no table public.member")]
    [InlineData("alter table public.\"user\" rename to users", "there is no table public.user")]
    [InlineData("alter table public.task_usage drop column cache_read_tokens", "public.task_usage has no column cache_read_tokens bigint")]
    [InlineData("alter table public.agent_task_queue rename agent_id to worker_id", "public.agent_task_queue has no column agent_id uuid")]
    [InlineData("alter table public.task_usage alter input_tokens type integer", "public.task_usage.input_tokens is integer, not bigint")]
    [InlineData(
        "alter table public.task_usage alter created_at type timestamp",
        "public.task_usage.created_at is timestamp without time zone, not timestamp with time zone")]
    [InlineData(
        "alter table public.task_usage drop constraint task_usage_task_id_provider_model_key", "has no unique key on (task_id, provider, model)")]
    public async Task An_application_without_what_usage_relies_on_is_told_what_is_missing_and_left_alone(string change, string message)
    {
        await LargeApplication.CreateAsync(Database);
        await Database.ExecuteAsync(change);
        var before = await Catalog.ReadAsync(Database);
        (await Should.ThrowAsync<UsageSchemaException>(() => MigrateAsync())).Message.ShouldContain(message);
        (await Catalog.ReadAsync(Database)).ShouldBe(before);
    }

    [Fact]
    public async Task An_application_with_some_of_the_tables_is_not_taken_for_an_empty_database()
    {
        await LargeApplication.CreateAsync(Database);
        await Database.ExecuteAsync("drop table public.task_usage");
        (await Should.ThrowAsync<UsageSchemaException>(() => MigrateAsync(standalone: true))).Message.ShouldContain("task_usage");
    }

    [Fact]
    public async Task A_migration_that_was_changed_after_it_was_applied_is_refused_by_name()
    {
        await MigrateAsync(standalone: true);
        (await Database.ExecuteAsync(
            "update usage_rollup.migration set checksum = repeat('0', 32) where version::integer = 3")).ShouldBe(1);
        (await Should.ThrowAsync<UsageSchemaException>(() => MigrateAsync())).Message.ShouldContain("mark_functions");
    }
}
