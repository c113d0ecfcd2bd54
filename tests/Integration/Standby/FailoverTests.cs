using System.Diagnostics.Metrics;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Usage.Tests.Integration.Faults;
using Xunit;

namespace Usage.Tests.Integration.Standby;

/// <summary>Another standby takes the primary's place, and the one for reports follows it, or can't.</summary>
public sealed class FailoverTests : IDisposable
{
    private readonly ServiceProvider meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private static readonly ReportWindow Day = ReportWindow.Between(new(2026, 5, 6), new(2026, 5, 6), DateTimeZone.Utc);

    private readonly ShiftedTime time = new();
    private readonly RecordedLog log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_standby_that_was_ahead_of_the_promoted_one_is_not_taken_for_up_to_date()
    {
        await using OwnServer server = new();
        await using TestDatabase before = new(await InstallAsync(server));
        var (workspace, task) = await TaskAsync(before);

        // The one that is promoted receives nothing more.
        await using var next = await StandbyServer.FollowAsync(before.ConnectionString, Cancellation, "-c primary_conninfo=''");
        await using var ahead = await StandbyServer.FollowAsync(before.ConnectionString, Cancellation);
        await using var standby = Connect(before, ahead.Port);
        await UseAsync(before, task, "lost");
        await before.ExecuteAsync("create table filling as select repeat('x', 500) from generate_series(1, 20000)");
        (await ReadAsync(Engine(before, standby), workspace, fresh: true)).ShouldBe((10, true));
        await server.EndAsync(ServerEnd.Immediate, Cancellation);
        await next.PromoteAsync();

        await using TestDatabase after = new(At(before, next.Port));
        await UseAsync(after, task, "gpt");
        await UseAsync(after, task, "sonnet");
        (await after.ScalarAsync<bool>("select pg_current_wal_insert_lsn() < @ahead::pg_lsn", new { ahead = await ReplayedAsync(standby) }))
            .ShouldBeTrue("by its position alone, the standby would have all that the new primary committed");
        var engine = Engine(after, standby);
        (await ReadAsync(engine, workspace, fresh: true)).ShouldBe((20, false));
        (await ReadAsync(engine, workspace, fresh: false)).ShouldBe((20, false));
        (await engine.ReportDatabase.StateAsync(Cancellation))!.Reason.ShouldBe("other_timeline");
    }

    [Fact]
    public async Task A_standby_that_follows_the_promoted_one_serves_again()
    {
        await using OwnServer server = new();
        await using TestDatabase before = new(await InstallAsync(server));
        var (workspace, task) = await TaskAsync(before);
        await using var next = await StandbyServer.FollowAsync(before.ConnectionString, Cancellation);
        await using var following = await StandbyServer.FollowAsync(before.ConnectionString, Cancellation);
        await using var standby = Connect(before, following.Port);
        await UseAsync(before, task, "gpt");
        await server.EndAsync(ServerEnd.Fast, Cancellation);
        await next.PromoteAsync();

        await using TestDatabase after = new(At(before, next.Port));
        NpgsqlConnectionStringBuilder address = new(after.ConnectionString);
        await using var connection = await standby.OpenConnectionAsync(Cancellation);
        await connection.ExecuteAsync(
            $"alter system set primary_conninfo = 'host={address.Host} port={address.Port} user={address.Username} password={address.Password}'");
        await connection.ExecuteAsync("select pg_reload_conf()");
        await UseAsync(after, task, "sonnet");
        await after.ExecuteAsync("checkpoint;");
        var engine = Engine(after, standby);
        (await ReadAsync(engine, workspace, fresh: true)).Input.ShouldBe(20);
        while (!(await ReadAsync(engine, workspace, fresh: true)).OnStandby)
        {
            // A restartpoint records the timeline.
            await connection.ExecuteAsync("checkpoint;");
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }

        await UseAsync(after, task, "opus");
        (await ReadAsync(engine, workspace, fresh: true)).ShouldBe((30, true));
    }

    public void Dispose() => meters.Dispose();

    private EngineParts Engine(TestDatabase primary, NpgsqlDataSource standby) => new(
        primary.DataSource, Options.Create(new UsageEngineOptions { StandbyWait = TimeSpan.FromSeconds(30) }), time, log, new(meters.GetRequiredService<IMeterFactory>()), standby: standby);

    private static async Task<(int Input, bool OnStandby)> ReadAsync(EngineParts engine, Guid workspace, bool fresh)
    {
        var report = await engine.Reports.WorkspaceTotalAsync(workspace, Day, options: new(Fresh: fresh), cancellationToken: Cancellation);
        return ((int)report.Rows.Single().InputTokens, report.Server.IsStandby);
    }

    private static async Task<string> InstallAsync(OwnServer server)
    {
        var address = await server.StartAsync(Cancellation);
        await TemplateSchema.InstallAsync(address);
        return address;
    }

    private static async Task<(Guid Workspace, Guid Task)> TaskAsync(TestDatabase database)
    {
        var workspace = await database.Seed.Workspace();
        return (workspace, await database.Seed.AgentTask(await database.Seed.Agent(workspace)));
    }

    private static Task UseAsync(TestDatabase database, Guid task, string model) =>
        database.Seed.UsageRow(task, model: model, createdAt: Instant.FromUtc(2026, 5, 6, 12, 0));

    private static string At(TestDatabase database, int port) => new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = port }.ConnectionString;

    private static NpgsqlDataSource Connect(TestDatabase database, int port) => database.Connect(builder => builder.Port = port);

    private static async Task<string> ReplayedAsync(NpgsqlDataSource standby)
    {
        await using var connection = await standby.OpenConnectionAsync(Cancellation);
        return (await connection.ExecuteScalarAsync<string>("select pg_last_wal_replay_lsn()::text"))!;
    }
}
