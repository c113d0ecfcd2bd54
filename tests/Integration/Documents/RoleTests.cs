using Npgsql;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Usage.Tests.Integration.Packages;
using NodaTime;
using Xunit;

namespace Usage.Tests.Integration.Documents;

/// <summary>The privileges of docs/roles.md are enough for the work of each role, and none of them can be left out.</summary>
public sealed class RoleTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;
    private DocumentedRoles roles = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> BeforeMigration => [.. DocumentedRoles.Grants.Before.Where(IsGrant)];

    public static TheoryData<string> ForTheEngine => [.. DocumentedRoles.Grants.After.Where(IsForTheEngine)];

    public static TheoryData<string> ForTheMonitor => [.. DocumentedRoles.Grants.After.Where(statement => !IsForTheEngine(statement))];

    public async ValueTask InitializeAsync()
    {
        database = await ApplicationDatabase.CreateAsync(postgres);
        roles = new(database);
    }

    public async ValueTask DisposeAsync()
    {
        await roles.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Each_role_does_its_work_with_the_documented_privileges()
    {
        await PrepareAsync();
        await EngineWorksAsync();
        await MonitorWorksAsync();
    }

    [Theory]
    [MemberData(nameof(BeforeMigration))]
    public async Task Without_any_one_of_its_privileges_the_owner_cannot_migrate(string left)
    {
        await roles.CreateAsync();
        await roles.RunAsync(Revoked(left));
        await Should.ThrowAsync<Exception>(MigrateAsync);
    }

    [Theory]
    [MemberData(nameof(ForTheEngine))]
    public async Task Without_any_one_of_its_privileges_the_engine_cannot_work(string left)
    {
        await PrepareAsync();
        await roles.RunAsync(Revoked(left));
        await Should.ThrowAsync<PostgresException>(EngineWorksAsync);
    }

    [Theory]
    [MemberData(nameof(ForTheMonitor))]
    public async Task Without_any_one_of_its_privileges_the_monitor_sees_nothing(string left)
    {
        await PrepareAsync();
        await roles.RunAsync(Revoked(left));
        await Should.ThrowAsync<PostgresException>(MonitorWorksAsync);
    }

    [Theory]
    [InlineData("usage_engine", "delete from public.task_usage")]
    [InlineData("usage_engine", "update public.agent_task_queue set status = 'failed'")]
    [InlineData("usage_engine", "update public.issue set title = ''")]
    [InlineData("usage_engine", "create table public.anything ()")]
    [InlineData("usage_engine", "create table usage_rollup.anything ()")]
    [InlineData("usage_engine", "truncate usage_rollup.hourly")]
    [InlineData("usage_engine", "drop trigger usage_rollup_insert on public.task_usage")]
    [InlineData("usage_monitor", "select from usage_rollup.hourly")]
    [InlineData("usage_monitor", "select from usage_rollup.model_price")]
    [InlineData("usage_monitor", "select from public.task_usage")]
    [InlineData("usage_monitor", "update usage_rollup.control set paused_at = now()")]
    [InlineData("app_writer", "select from usage_rollup.hourly")]
    [InlineData("app_writer", "delete from usage_rollup.dirty")]
    public async Task What_a_role_does_not_need_it_may_not_do(string role, string sql)
    {
        await PrepareAsync();
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(role, sql))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_writer_that_knows_only_its_own_tables_leaves_marks()
    {
        await PrepareAsync();
        await roles.RunAsync("grant insert, update, delete, select on public.task_usage, public.agent_task_queue to app_writer");
        var task = await database.Seed.LoneTask();
        await ExecuteAsync("app_writer", $"insert into public.task_usage (task_id, model, input_tokens) values ('{task}', 'gpt-5', 70)");
        await using (var engine = Engine())
        {
            await engine.Engine.DrainAsync(cancellationToken: Cancellation);
        }

        (await database.ScalarAsync<long>("select input_tokens from usage_rollup.hourly")).ShouldBe(70);
        await ExecuteAsync("app_writer", "delete from public.agent_task_queue");
        (await database.ScalarAsync<bool>("select exists (select from usage_rollup.dirty)")).ShouldBeTrue();
    }

    private async Task PrepareAsync()
    {
        await roles.CreateAsync("app_writer");
        await MigrateAsync();
        foreach (var statement in DocumentedRoles.Grants.After)
        {
            await roles.RunAsync(statement);
        }
    }

    private async Task MigrateAsync()
    {
        await using var owner = TestEngine.On(database, address: roles.As("app_owner"));
        await owner.Parts.Migrator.MigrateAsync(cancellationToken: Cancellation);
    }

    private TestEngine Engine() => TestEngine.On(database, address: roles.As("usage_engine"));

    private async Task EngineWorksAsync()
    {
        await using var host = Engine();
        await host.Parts.Start.CheckAsync(Cancellation);
        await host.Parts.Start.RunAsync(Cancellation);
        var task = await database.Seed.LoneTask();
        await host.Parts.Recorder.RecordAsync(task, [new UsageEntry("openai", "gpt-5", InputTokens: 5)], Cancellation);
        await host.Parts.Recorder.RecordAsync(task, [new UsageEntry("openai", "gpt-5", InputTokens: 6)], Cancellation);
        await host.Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        await host.Engine.DrainAsync(cancellationToken: Cancellation);
        await host.Parts.Housekeeping.RunWhenDueAsync(Cancellation);
        await host.Engine.PauseAsync(Cancellation);
        await host.Engine.ResumeAsync(Cancellation);
        (await host.Engine.GetStatusAsync(Cancellation)).BrokenTriggers.ShouldBeEmpty();
        (await host.Engine.VerifyAsync(new() { Repair = true }, cancellationToken: Cancellation)).DriftCount.ShouldBe(0);
        var workspace = await database.ScalarAsync<Guid>("select a.workspace_id from agent_task_queue t join agent a on a.id = t.agent_id where t.id = @task", new { task });
        var window = ReportWindow.LastDays(2, Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()), DateTimeZone.Utc);
        (await host.Parts.Reports.WorkspaceDailyAsync(workspace, window, cancellationToken: Cancellation)).Rows.Single().InputTokens.ShouldBe(6);
    }

    private async Task MonitorWorksAsync()
    {
        await ExecuteAsync("usage_monitor", "select * from usage_rollup.status");
        await ExecuteAsync("usage_monitor", "select usage_rollup.lag_seconds()");
    }

    private async Task ExecuteAsync(string role, string sql)
    {
        await using var source = database.Connect(roles.As(role));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static bool IsGrant(string statement) => statement.StartsWith("grant", StringComparison.Ordinal);

    private static bool IsForTheEngine(string statement) => statement.EndsWith("usage_engine", StringComparison.Ordinal);

    private static string Revoked(string grant) => "revoke" + grant["grant".Length..].Replace(" to ", " from ", StringComparison.Ordinal);
}
