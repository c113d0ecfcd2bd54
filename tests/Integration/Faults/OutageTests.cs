using Microsoft.Extensions.Logging;
using Npgsql;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>A database that goes away and comes back: how long the loop plans to rest decides when it notices.</summary>
public sealed class OutageTests(DatabaseFixture fixture, FaultTable ledger) : EngineTests(fixture)
{
    private const string Kill = "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where application_name = @name";

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_returns_is_noticed_within_a_second()
    {
        await using OwnServer server = new();
        var address = await server.StartAsync(TestContext.Current.CancellationToken);
        await TemplateSchema.InstallAsync(address);
        RecordedLog log = new();
        await using var source = Source(address);
        await using var host = TestEngine.On(source, loggers: log);
        await host.Parts.Loop.StartAsync(Cancellation);
        await UntilAsync(source, "select complete from usage_rollup.status");

        await server.StopAsync(Cancellation);
        while (log.Rests.Count < 8)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        (await server.StartAsync(Cancellation)).ShouldBe(address, "the port was taken by another program");
        await using var writer = Source(address);
        await ExecuteAsync(writer, "insert into usage_rollup.dirty default values");
        await UntilAsync(writer, "select count(*) = 0 from usage_rollup.dirty");
        await host.Parts.Loop.StopAsync(Cancellation);

        log.Rests.Max().ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
        log.Lines.Count(line => line.Level == LogLevel.Warning).ShouldBe(1, "one line an outage");
        log.Lines.ShouldContain(line => line.Text.Contains("available again", StringComparison.Ordinal));
        (await host.Engine.GetStatusAsync(Cancellation)).LastError.ShouldNotBeNull();
    }

    [Fact, Trait("Category", "Faults")]
    public async Task Backends_that_are_killed_five_times_in_a_row_cost_less_than_two_seconds_of_rest()
    {
        await MarkAsync(await SceneAsync());
        RecordedLog log = new();
        const string Name = "killed five times";
        long? first = null;
        var host = Replica(
            new First(5, DrainStep.Claimed, () =>
            {
                first ??= TimeProvider.System.GetTimestamp();
                return Database.ScalarAsync<long>(Kill, new { name = Name });
            }),
            options => options.ReplicaName = Name, loggers: log);
        await host.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync("select count(*) = 0 from usage_rollup.dirty");
        ledger.Add("backends killed five times in a row", TimeProvider.System.GetElapsedTime(first!.Value), await Database.DriftAsync());
        await host.Parts.Loop.StopAsync(Cancellation);

        log.Rests.Count.ShouldBeGreaterThanOrEqualTo(5);
        log.Rests.Sum(rest => rest.TotalSeconds).ShouldBeLessThan(2);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_pool_full_of_dead_connections_costs_one_attempt()
    {
        RecordedLog log = new();
        const string Name = "dead pool";
        var host = Replica(configure: options => options.ReplicaName = Name, loggers: log);
        await FillAsync(host.Parts.Database, connections: 20);
        await host.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync("select complete from usage_rollup.status");
        (await Database.ScalarAsync<long>(Kill, new { name = Name })).ShouldBeGreaterThanOrEqualTo(20);
        await Seed.UsageRow(await Seed.LoneTask(), createdAt: Hour(0));
        await Database.UntilAsync("select count(*) = 0 from usage_rollup.dirty");
        await host.Parts.Loop.StopAsync(Cancellation);

        log.Rests.Count.ShouldBeInRange(1, 2, "the one that failed, and at most one that was open beside it");
    }

    [Fact]
    public async Task A_round_that_fails_for_another_reason_backs_off_further_each_time_and_shows()
    {
        await SceneAsync();
        RecordedLog log = new();
        var host = Replica(
            new First(4, DrainStep.Picked, () => throw new InvalidOperationException("not of the connection")),
            options => options.MinBackoff = TimeSpan.FromMilliseconds(10), loggers: log);
        await MarkAsync(await SceneAsync());
        await host.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync("select count(*) = 0 from usage_rollup.dirty");
        await Database.UntilAsync("select bool_and(failures = 0) from usage_rollup.replica");
        await host.Parts.Loop.StopAsync(Cancellation);

        log.Rests.Select(rest => rest.TotalMilliseconds).ShouldBe([10, 20, 40, 80]);
        (await host.Engine.GetStatusAsync(Cancellation)).LastError.ShouldNotBeNull().ShouldContain("not of the connection");
    }

    [Fact]
    public async Task The_last_error_is_the_newest_of_all_replicas()
    {
        await MarkAsync(await SceneAsync());
        foreach (var error in (string[])["the first", "the second", "the third"])
        {
            var failing = Replica(
                new First(int.MaxValue, DrainStep.Picked, () => throw new InvalidOperationException(error)),
                options => options.MinBackoff = TimeSpan.FromHours(1));
            await failing.Parts.Loop.StartAsync(Cancellation);
            await Database.UntilAsync("select last_error like '%' || @error from usage_rollup.status", new { error });
            await failing.Parts.Loop.StopAsync(Cancellation);
        }
    }

    private static NpgsqlDataSource Source(string address)
    {
        NpgsqlDataSourceBuilder builder = new(address);
        builder.UseNodaTime();
        return builder.Build();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task UntilAsync(NpgsqlDataSource source, string condition)
    {
        await using var command = source.CreateCommand(condition);
        while (await command.ExecuteScalarAsync(Cancellation) is not true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static async Task FillAsync(NpgsqlDataSource source, int connections)
    {
        List<NpgsqlConnection> open = [];
        for (var count = 0; count < connections; count++)
        {
            open.Add(await source.OpenConnectionAsync(Cancellation));
        }

        foreach (var connection in open)
        {
            await connection.DisposeAsync();
        }
    }
}
