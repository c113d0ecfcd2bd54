using Shouldly;
using Usage.Engine.Schema;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

public sealed class RefusalTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    [Theory]
    [InlineData("drop table public.task_usage", "table public.task_usage is missing")]
    [InlineData("drop table public.member", "table public.member is missing")]
    [InlineData("alter table public.\"user\" rename to users", "table public.user is missing")]
    [InlineData("alter table public.task_usage drop column cache_read_tokens", "public.task_usage has no column cache_read_tokens bigint")]
    [InlineData("alter table public.agent_task_queue rename agent_id to worker_id", "public.agent_task_queue has no column agent_id uuid")]
    [InlineData("alter table public.task_usage alter input_tokens type integer", "public.task_usage.input_tokens is integer, not bigint")]
    [InlineData(
        "alter table public.task_usage alter created_at type timestamp",
        "public.task_usage.created_at is timestamp without time zone, not timestamp with time zone")]
    [InlineData(
        "alter table public.task_usage drop constraint task_usage_task_id_provider_model_key", "has no unique key on (task_id, provider, model)")]
    [InlineData("alter table public.task_usage alter input_tokens drop not null", "public.task_usage.input_tokens is nullable")]
    [InlineData("alter table public.task_usage alter provider drop not null", "public.task_usage.provider is nullable")]
    [InlineData("alter table public.task_usage alter created_at drop not null", "public.task_usage.created_at is nullable")]
    [InlineData("alter table public.agent_task_queue alter agent_id drop not null", "public.agent_task_queue.agent_id is nullable")]
    [InlineData("alter table public.agent alter workspace_id drop not null", "public.agent.workspace_id is nullable")]
    [InlineData("alter table public.task_usage add cost_usd_ticks bigint not null default 0", "public.task_usage.cost_usd_ticks must be nullable")]
    [InlineData("alter table public.task_usage add cost_usd_ticks integer", "public.task_usage.cost_usd_ticks is integer, not bigint")]
    [InlineData("alter table public.\"user\" add timezone integer", "public.user.timezone is integer, not text")]
    [InlineData("alter table public.task_usage drop constraint task_usage_task_id_fkey", "task_usage.task_id has no foreign key to public.agent_task_queue")]
    [InlineData("alter table public.issue drop constraint issue_project_id_fkey", "public.issue.project_id has no foreign key to public.project")]
    [InlineData(
        """
        alter table public.task_usage drop constraint task_usage_task_id_fkey;
        alter table public.task_usage add constraint later foreign key (task_id) references public.agent_task_queue not valid
        """,
        "foreign key later of public.task_usage is not validated")]
    [InlineData(
        """
        alter table public.task_usage drop constraint task_usage_task_id_provider_model_key;
        alter table public.task_usage add unique (task_id, provider, model) deferrable
        """,
        "has no unique key on (task_id, provider, model)")]
    [InlineData(
        """
        alter table public.task_usage drop constraint task_usage_task_id_provider_model_key;
        create unique index on public.task_usage (task_id, provider, model) where input_tokens > 0
        """,
        "has no unique key on (task_id, provider, model)")]
    [InlineData("alter table public.member drop constraint member_workspace_id_user_id_key", "no unique key on (workspace_id, user_id)")]
    [InlineData(
        """
        create collation public.loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        alter table public.task_usage alter model type text collate public.loose
        """,
        "public.task_usage.model has a nondeterministic collation")]
    [InlineData(
        "alter table public.project rename to projects; create view public.project as select * from public.projects",
        "public.project is a view or a foreign table")]
    public async Task An_application_that_does_not_meet_the_requirements_gets_an_error_and_is_not_changed(string change, string message)
    {
        await LargeApplication.CreateAsync(Database);
        await Database.ExecuteAsync(change);
        var before = await Catalog.ReadAsync(Database);
        (await Should.ThrowAsync<UsageSchemaException>(() => MigrateAsync())).Message.ShouldContain(message);
        (await Catalog.ReadAsync(Database)).ShouldBe(before);
    }

    [Fact]
    public async Task Everything_that_is_missing_is_in_one_error_whose_SQL_fixes_it()
    {
        await LargeApplication.CreateAsync(Database);
        await Database.ExecuteAsync(
            """
            drop table public.member;
            alter table public.task_usage drop constraint task_usage_task_id_provider_model_key;
            alter table public.task_usage drop constraint task_usage_task_id_fkey;
            alter table public.task_usage alter output_tokens drop not null;
            update public.task_usage set output_tokens = null;
            alter table public.task_usage alter input_tokens type integer;
            alter table public.task_usage alter created_at type timestamp;
            alter table public.task_usage drop column cache_read_tokens;
            alter table public.issue drop column project_id
            """);
        var error = (await Should.ThrowAsync<UsageSchemaException>(() => MigrateAsync())).Message;
        error.ShouldContain("Problems found: 9");
        foreach (var sql in error.Split('\n').Where(line => line.StartsWith("      ", StringComparison.Ordinal)))
        {
            await Database.ExecuteAsync(sql);
        }

        await MigrateAsync();
        await RunUntilCompleteAsync();
    }

    [Theory]
    [InlineData("create domain public.tokens as bigint check (value >= 0); alter table public.task_usage alter input_tokens type public.tokens")]
    [InlineData(
        """
        alter table public.project add unique (id, workspace_id);
        alter table public.issue drop constraint issue_project_id_fkey;
        alter table public.issue add foreign key (project_id, workspace_id) references public.project (id, workspace_id)
        """)]
    [InlineData(
        """
        alter table public.task_usage drop constraint task_usage_task_id_fkey;
        alter table public.task_usage add foreign key (task_id) references public.agent_task_queue on delete restrict deferrable initially deferred
        """)]
    [InlineData(
        """
        alter table public.task_usage drop constraint task_usage_task_id_provider_model_key;
        create unique index on public.task_usage (model, task_id, provider) include (input_tokens)
        """)]
    [InlineData("alter table public.workspace alter name drop not null")]
    [InlineData("alter table public.\"user\" add timezone varchar(60)")]
    public async Task An_application_that_meets_the_requirements_differently_is_accepted(string change)
    {
        await LargeApplication.CreateAsync(Database);
        await Database.ExecuteAsync(change);
        await MigrateAsync();
        await RunUntilCompleteAsync();
    }

    [Fact]
    public async Task An_application_with_some_of_the_tables_is_not_treated_as_an_empty_database()
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
