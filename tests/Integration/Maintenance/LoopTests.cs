using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

public sealed class LoopTests(DatabaseFixture fixture) : HistoryTests(fixture)
{
    private const string Drained = """
        select count(*) = 0 and (select complete from usage_rollup.status) from usage_rollup.dirty
        """;

    private const string Kill = "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where application_name = @name";

    [Fact]
    public async Task A_host_that_adds_the_engine_makes_a_committed_change_visible()
    {
        var scene = await SceneAsync();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton(Database.DataSource);
        builder.Services.AddUsageEngine(options => options.PollInterval = TimeSpan.FromMilliseconds(10));
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        await Database.UntilAsync(Drained);

        for (var input = 100; input < 103; input++)
        {
            await Database.ExecuteAsync(
                "update public.task_usage set input_tokens = @input where task_id = @Task", new { input, scene.Task });
            await Database.UntilAsync("select input_tokens = @input from usage_rollup.hourly", new { input });
        }

        await Database.ExecuteAsync("delete from public.workspace");
        await Database.UntilAsync("select count(*) = 0 from usage_rollup.hourly");
        await Database.UntilAsync(Drained);
        await host.StopAsync(Cancellation);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_host_that_does_not_drain_in_the_background_leaves_the_marks()
    {
        await HistoryAsync(2);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddUsageEngine(options => (options.ConnectionString, options.DrainInBackground) = (Database.ConnectionString, false));
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        await host.Services.GetRequiredService<IUsageEngine>().BackfillAsync(
            new() { Drain = false }, cancellationToken: Cancellation);
        await host.StopAsync(Cancellation);
        (await Database.PendingAsync()).ShouldBe(2);
    }

    [Theory, Trait("Field", "15")]
    [InlineData(nameof(DrainStep.EntitiesTaken))]
    [InlineData(nameof(DrainStep.Claimed))]
    [InlineData(nameof(DrainStep.Replaced))]
    public async Task A_backend_that_is_killed_in_a_drain_is_retried_and_its_error_kept(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        await MarkAsync(await SceneAsync());
        var name = $"killed at {step}";
        var host = Replica(new At(step, () => Database.ScalarAsync<long>(Kill, new { name })), options =>
        {
            options.ReplicaName = name;
            options.MinBackoff = TimeSpan.FromMilliseconds(10);
        });
        await RunUntilAsync(host, Drained);
        var status = await Replica().Engine.GetStatusAsync(Cancellation);
        status.LastError.ShouldNotBeNull().ShouldContain("57P01");
        status.LastErrorAt.ShouldNotBeNull();
        (await Database.ScalarAsync<string>("select last_error from usage_rollup.status")).ShouldBe(status.LastError);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_host_whose_database_cannot_be_reached_at_start_drains_as_soon_as_it_can()
    {
        await HistoryAsync(3);
        await AllowConnectionsAsync(false);
        var host = Replica(configure: options => options.MinBackoff = options.MaxBackoff = TimeSpan.FromMilliseconds(10));
        await Should.ThrowAsync<PostgresException>(() => host.Engine.GetStatusAsync(Cancellation));
        await host.Parts.Loop.StartAsync(Cancellation);
        await AllowConnectionsAsync(true);
        await Database.UntilAsync(Drained);
        await host.Parts.Loop.StopAsync(Cancellation);
        await Database.ShouldBeExactAsync();
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task A_host_stops_cleanly_at_any_step_of_a_drain(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        await MarkAsync(await SceneAsync());
        Waitpoint waitpoint = new(step);
        var host = Replica(waitpoint, options => options.AutoBackfill = false);
        await host.Parts.Loop.StartAsync(Cancellation);
        await waitpoint.HoldsAsync(host.Parts.Loop.ExecuteTask!);
        await host.Parts.Loop.StopAsync(Cancellation);

        host.Parts.Loop.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
        (await Database.ScalarAsync<bool>(RollupState.NothingIsLocked)).ShouldBeTrue();
        (await Replica().Engine.GetStatusAsync(Cancellation)).LastError.ShouldBeNull();
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Two_hosts_under_writes_share_the_work_without_an_error()
    {
        var task = await HistoryAsync(24);
        var hosts = new[] { Replica(), Replica() };
        await Task.WhenAll(hosts.Select(host => host.Parts.Loop.StartAsync(Cancellation)));
        for (var round = 0; round < 40; round++)
        {
            await Database.ExecuteAsync(
                "update public.task_usage set created_at = @to, input_tokens = @round where task_id = @task and model = 'm' || @round % 24",
                new { task, round, to = Hour(round * 7 % 24) });
        }

        await Database.UntilAsync(Drained);
        await Task.WhenAll(hosts.Select(host => host.Parts.Loop.StopAsync(Cancellation)));
        await Database.ShouldBeExactAsync();
        (await Replica().Engine.GetStatusAsync(Cancellation)).LastError.ShouldBeNull();
    }

    private async Task AllowConnectionsAsync(bool allowed)
    {
        var name = new NpgsqlConnectionStringBuilder(Database.ConnectionString).Database;
        await using var elsewhere = Database.Connect(address => (address.Database, address.Pooling) = ("postgres", false));
        await using var command = elsewhere.CreateCommand($"alter database \"{name}\" with allow_connections {allowed}");
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
