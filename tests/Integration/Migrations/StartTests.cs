using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Schema;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

/// <summary>The checks of a host before it starts.</summary>
public sealed class StartTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_host_that_does_not_meet_the_requirements_does_not_start_whether_it_drains_or_not(bool drains)
    {
        await MigrateAsync(standalone: true);
        await Database.ExecuteAsync(
            """
            alter table public.task_usage alter input_tokens drop not null;
            alter table public.task_usage drop column updated_at;
            drop table public.member
            """);
        var error = await Should.ThrowAsync<UsageSchemaException>(() => StartAsync(
            Database.DataSource, options => options.DrainInBackground = drains));
        error.Message.ShouldContain("Problems found: 3");
        error.Message.ShouldContain("table public.member is missing");
        error.Message.ShouldContain("public.task_usage.input_tokens is nullable");
        error.Message.ShouldContain("alter table public.task_usage add column updated_at timestamp with time zone;");
    }

    [Fact]
    public async Task A_data_source_without_NodaTime_types_is_reported_together_with_other_problems()
    {
        await MigrateAsync(standalone: true);
        await Database.ExecuteAsync("alter table public.task_usage alter model drop not null");
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString);
        var error = await Should.ThrowAsync<UsageSchemaException>(() => StartAsync(source));
        error.Message.ShouldContain("UseNodaTime()");
        error.Message.ShouldContain("public.task_usage.model is nullable");
    }

    [Fact]
    public async Task A_host_that_migrates_at_start_checks_first_too()
    {
        await LargeApplication.CreateAsync(Database);
        await Database.ExecuteAsync("alter table public.task_usage alter output_tokens drop not null");
        var before = await Catalog.ReadAsync(Database);
        (await Should.ThrowAsync<UsageSchemaException>(() => StartAsync(Database.DataSource, options => options.ApplyMigrations = true)))
            .Message.ShouldContain("public.task_usage.output_tokens is nullable");
        (await Catalog.ReadAsync(Database)).ShouldBe(before);
    }

    [Fact]
    public async Task A_host_that_waits_for_the_rollups_schema_drains_as_soon_as_it_is_installed()
    {
        await LargeApplication.CreateAsync(Database);
        await using var host = TestEngine.On(Database, configure: options => options.MaxBackoff = options.MinBackoff = TimeSpan.FromMilliseconds(20));
        await host.Parts.Loop.StartAsync(Cancellation);
        await MigrateAsync();
        await Database.UntilAsync("select complete from usage_rollup.status");
        await host.Parts.Loop.StopAsync(Cancellation);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_host_waits_for_an_outdated_schema_to_be_migrated_and_does_not_drain()
    {
        await MigrateAsync(standalone: true);
        await Database.ExecuteAsync("delete from usage_rollup.migration where version::integer = (select max(version::integer) from usage_rollup.migration)");
        await using var host = TestEngine.On(Database);
        (await Should.ThrowAsync<UsageSchemaException>(() => host.Parts.Start.RunAsync(Cancellation))).Message.ShouldContain("out of date");
    }

    private static async Task StartAsync(NpgsqlDataSource source, Action<UsageEngineOptions>? configure = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton(source);
        builder.Services.AddUsageEngine(configure);
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        await host.StopAsync(Cancellation);
    }
}
