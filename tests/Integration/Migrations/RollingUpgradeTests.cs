using NodaTime;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;
using Usage.Engine.Schema;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

/// <summary>docs/upgrading.md: hosts go on while a newer program migrates, and go back without it.</summary>
public sealed class RollingUpgradeTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    /// <summary>What a release that is one ahead leaves behind: a migration that this program lacks, and more columns everywhere.</summary>
    private const string NewerSql = """
        do $$
        declare
            rollup_table regclass;
        begin
            for rollup_table in select oid from pg_class where relnamespace = 'usage_rollup'::regnamespace and relkind in ('r', 'p') and relname <> 'migration' loop
                execute format('alter table %s add column of_a_newer_release text, add column with_a_default bigint not null default 1', rollup_table);
            end loop;
        end
        $$;
        create table usage_rollup.of_a_newer_release (id bigint);
        insert into usage_rollup.migration (type, version, description, name, checksum, installed_by, success)
        select type, '9999', 'of a newer release', 'V9999__of_a_newer_release.sql', 'c', installed_by, true
        from usage_rollup.migration where version is not null order by id desc limit 1
        """;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await MigrateAsync(standalone: true);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_host_of_the_release_before_starts_records_drains_and_reports_on_a_newer_schema(bool applyMigrations)
    {
        await Database.ExecuteAsync(NewerSql);
        await WorkAsync(applyMigrations);
        (await Database.ScalarAsync<long>("select max(version::integer) from usage_rollup.migration where version is not null")).ShouldBe(9999);
    }

    [Fact]
    public async Task A_host_that_drains_goes_on_while_the_schema_becomes_newer()
    {
        await using var host = TestEngine.On(Database);
        await host.Parts.Loop.StartAsync(Cancellation);
        await RecordAsync(host, input: 1);
        await Database.UntilAsync("select exists (select from usage_rollup.hourly where input_tokens = 1)");
        await Database.ExecuteAsync(NewerSql);
        await RecordAsync(host, input: 2);
        await Database.UntilAsync("select exists (select from usage_rollup.hourly where input_tokens = 2)");
        await host.Parts.Loop.StopAsync(Cancellation);
        (await host.Engine.VerifyAsync(new(), cancellationToken: Cancellation)).DriftCount.ShouldBe(0);
    }

    [Fact]
    public async Task Hosts_go_on_while_migrate_runs_again_and_again_beside_them()
    {
        await using var host = TestEngine.On(Database);
        await host.Parts.Loop.StartAsync(Cancellation);
        for (var round = 1; round <= 3; round++)
        {
            var migration = MigrateAsync();
            await RecordAsync(host, input: 100 + round);
            await migration;
        }

        await Database.UntilAsync("select (select count(*) from usage_rollup.hourly where input_tokens > 100) = 3 and not exists (select from usage_rollup.dirty)");
        await host.Parts.Loop.StopAsync(Cancellation);
        (await host.Engine.VerifyAsync(new(), cancellationToken: Cancellation)).DriftCount.ShouldBe(0);
    }

    private async Task WorkAsync(bool applyMigrations)
    {
        await using var host = TestEngine.On(Database, configure: options => options.ApplyMigrations = applyMigrations);
        await host.Parts.Start.CheckAsync(Cancellation);
        await host.Parts.Start.RunAsync(Cancellation);
        var workspace = await RecordAsync(host, input: 7);
        await host.Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        await host.Engine.DrainAsync(cancellationToken: Cancellation);
        (await host.Engine.GetStatusAsync(Cancellation)).LastError.ShouldBeNull();
        (await host.Engine.VerifyAsync(new(), cancellationToken: Cancellation)).DriftCount.ShouldBe(0);
        var window = ReportWindow.LastDays(2, Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()), DateTimeZone.Utc);
        var report = await host.Parts.Reports.WorkspaceDailyAsync(
            workspace, window, options: new() { Mode = ReportMode.Rollup }, cancellationToken: Cancellation);
        report.Rows.Single().InputTokens.ShouldBe(7);
    }

    private async Task<Guid> RecordAsync(TestEngine host, long input)
    {
        var task = await Database.Seed.LoneTask();
        await host.Parts.Recorder.RecordAsync(task, [new UsageEntry("openai", "gpt-5", InputTokens: input)], Cancellation);
        return await Database.ScalarAsync<Guid>("select a.workspace_id from agent_task_queue t join agent a on a.id = t.agent_id where t.id = @task", new { task });
    }
}
