using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Poolers;

/// <summary>Hosts that connect through a pooler.</summary>
public sealed class PooledEngineTests(PostgresFixture postgres, PoolerFixture pooler) : IClassFixture<PoolerFixture>, IAsyncLifetime
{
    private const int Hosts = 3;
    private const int Reports = 40;

    // Lists session state that Usage may have left behind. The pooler itself sets the parameters that client drivers announce.
    private const string SessionStateSql = """
        select 'setting ' || name from pg_settings
        where source = 'session' and name not in (
            'application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings', 'transaction_isolation')
        union all select 'prepared ' || statement from pg_prepared_statements
        union all select 'cursor ' || name from pg_cursors where is_holdable
        union all select 'channel ' || channel from pg_listening_channels() channel
        union all select 'temporary ' || relname from pg_class where relpersistence = 't'
        union all select 'lock ' || objid from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
        """;

    private TestDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await postgres.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    /// <param name="reset">Whether the driver resets a session before reuse, which is the default.</param>
    [Theory, InlineData(true), InlineData(false)]
    public async Task Hosts_recorders_and_reports_share_two_server_connections_without_an_error(bool reset)
    {
        var workspace = await database.Seed.Workspace();
        var agent = await database.Seed.Agent(workspace, await database.Seed.Runtime(workspace, "openai"));
        Guid[] tasks = [await database.Seed.AgentTask(agent), await database.Seed.AgentTask(agent), await database.Seed.AgentTask(agent)];
        var hosts = Enumerable.Range(0, Hosts).Select(_ => Host(reset)).ToList();
        foreach (var host in hosts)
        {
            await host.Parts.Loop.StartAsync(Cancellation);
        }

        await Task.WhenAll(hosts.SelectMany((host, number) => new[]
        {
            RecordAsync(host, tasks[number]), RecordAsync(host, tasks[(number + 1) % tasks.Length]), ReadAsync(host, workspace),
        }));
        await database.UntilAsync("select not exists (select from usage_rollup.dirty)");
        foreach (var host in hosts)
        {
            await host.Parts.Loop.StopAsync(Cancellation);
        }

        (await hosts[0].Engine.VerifyAsync(new(), cancellationToken: Cancellation)).DriftCount.ShouldBe(0);
        (await hosts[1].Engine.BackfillAsync(new(), cancellationToken: Cancellation)).Written.ShouldBe(0);
        await database.ShouldBeExactAsync();
        (await database.QueryAsync<string>("select last_error from usage_rollup.replica where last_error is not null")).ShouldBeEmpty();
        (await database.ScalarAsync<long>("select sum(input_tokens) from usage_rollup.hourly")).ShouldBe(Reports * tasks.Length);
        (await SessionStateAsync()).ShouldBeEmpty();
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_server_process_that_dies_behind_the_pooler_costs_no_mark_and_sets_nothing_aside()
    {
        await database.Seed.UsageRow(await database.Seed.LoneTask());
        Waitpoint claimed = new(DrainStep.Claimed);
        await using (var host = Host(reset: true, claimed))
        {
            var drain = host.RoundAsync(Cancellation);
            await claimed.HoldsAsync(drain);
            await database.ExecuteAsync(
                """
                select pg_terminate_backend(l.pid, 10000) from pg_locks l join pg_database d on d.oid = l.database
                where l.locktype = 'advisory' and d.datname = current_database()
                """);
            claimed.Release();
            await Should.ThrowAsync<NpgsqlException>(() => drain);
        }

        (await database.PendingAsync()).ShouldBePositive();
        (await database.ScalarAsync<long>("select count(*) from usage_rollup.set_aside")).ShouldBe(0);
        await using var next = Host(reset: true);
        await next.Engine.DrainAsync(cancellationToken: Cancellation);
        await database.ShouldBeExactAsync();
        (await database.BucketsAsync()).ShouldHaveSingleItem();
    }

    private TestEngine Host(bool reset, IDrainObserver? observer = null) => TestEngine.On(database, observer, address: address =>
    {
        address.NoResetOnClose = !reset;
        pooler.Pooler.Route(address);
    });

    /// <summary>Records increasing usage of one task.</summary>
    private static async Task RecordAsync(TestEngine host, Guid task)
    {
        for (var count = 1; count <= Reports; count++)
        {
            await host.Parts.Recorder.RecordAsync(task, [new UsageEntry("", "gpt", count, count), new UsageEntry("", "o", 0, count)], Cancellation);
        }
    }

    private static async Task ReadAsync(TestEngine host, Guid workspace)
    {
        var window = ReportWindow.Between(new(2026, 1, 1), new(2026, 12, 31), DateTimeZone.Utc);
        for (var count = 0; count < Reports / 4; count++)
        {
            foreach (var mode in new[] { ReportMode.Raw, ReportMode.Rollup, ReportMode.Auto })
            {
                await host.Parts.Reports.WorkspaceDailyAsync(
                    workspace, window, options: new() { Mode = mode, Fresh = count % 2 == 0 }, cancellationToken: Cancellation);
            }
        }
    }

    /// <summary>Reads the state left in all of the pooler's sessions, by occupying them all at once.</summary>
    private async Task<IReadOnlyList<string>> SessionStateAsync()
    {
        await using var source = database.Connect(address =>
        {
            address.NoResetOnClose = true;
            pooler.Pooler.Route(address);
        });
        List<string> found = [];
        List<NpgsqlConnection> held = [];
        HashSet<int> processes = [];
        for (var number = 0; number < PoolerFixture.Connections; number++)
        {
            var connection = await source.OpenConnectionAsync(Cancellation);
            held.Add(connection);
            await connection.BeginTransactionAsync(Cancellation);
            await using NpgsqlCommand process = new("select pg_backend_pid()", connection);
            processes.Add((int)(await process.ExecuteScalarAsync(Cancellation))!);
            await using NpgsqlCommand state = new(SessionStateSql, connection);
            await using var reader = await state.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                found.Add(reader.GetString(0));
            }
        }

        foreach (var connection in held)
        {
            await connection.DisposeAsync();
        }

        processes.Count.ShouldBe(PoolerFixture.Connections);
        return found;
    }
}
