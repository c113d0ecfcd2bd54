using Npgsql;
using Shouldly;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>A host terminates another host's backend if the server has no timeout for it, as on a Unix socket.</summary>
public sealed class SilentHostTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    private const string Silent = "the silent one";

    private const string LargeResult = "select repeat('x', 1000) from generate_series(1, 100000)";

    private const string CantSend = """
        select exists (
            select from pg_stat_activity where datname = current_database() and application_name = @name and wait_event = 'ClientWrite')
        """;

    private const string IsGone =
        "select not exists (select from pg_stat_activity where datname = current_database() and application_name = @name)";

    [Theory]
    [InlineData(null)]
    [InlineData("heartbeat_at")]
    [InlineData("seen_at")]
    public async Task A_host_that_reads_nothing_and_sends_no_heartbeat_loses_its_transaction(string? sign)
    {
        if (sign is not null)
        {
            await SignAsync(sign, "now() - interval '1 minute'");
        }

        await using var hold = await HoldAsync(HostLock.LockClass);
        (await EndAsync()).ShouldBe(1);
        await Database.UntilAsync(IsGone, new { name = Silent });
    }

    [Theory]
    [InlineData("heartbeat_at")]
    [InlineData("seen_at")]
    public async Task A_slow_host_that_sends_heartbeats_keeps_its_transaction(string sign)
    {
        await SignAsync(sign, "now() + interval '1 minute'");
        await using var hold = await HoldAsync(HostLock.LockClass);
        (await EndAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_backend_without_the_engines_lock_is_left_alone_however_long_it_waits()
    {
        await using var hold = await HoldAsync(HostLock.LockClass + 1);
        (await EndAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_transaction_that_is_younger_than_the_limit_is_left_alone()
    {
        await using var hold = await HoldAsync(HostLock.LockClass);
        (await EndAsync(TimeSpan.FromHours(1))).ShouldBe(0);
    }

    [Fact]
    public async Task A_long_drain_on_request_sends_heartbeats()
    {
        var scene = await SceneAsync();
        await MarkAsync(scene);
        Waitpoint waitpoint = new(DrainStep.Claimed);
        var slow = Replica(waitpoint, options =>
        {
            options.ReplicaName = "the slow one";
            options.SilentHostTimeout = TimeSpan.FromMinutes(1);
        });
        var drain = slow.Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);
        await Database.UntilAsync(
            "select exists (select from usage_rollup.replica where name = 'the slow one' and seen_at is not null and heartbeat_at is null)");
        waitpoint.Release();
        await drain;
        await Database.ShouldBeExactAsync();
    }

    private Task SignAsync(string column, string at) =>
        Database.ExecuteAsync($"insert into usage_rollup.replica (name, {column}) values (@name, {at})", new { name = Silent });

    private async Task<int> EndAsync(TimeSpan? limit = null)
    {
        // Older than the shortest possible limit.
        await Database.UntilAsync(
            "select bool_or(now() - xact_start > interval '1100 ms') from pg_stat_activity where application_name = @name",
            new { name = Silent });
        var host = Replica(configure: options => options.SilentHostTimeout = limit ?? TimeSpan.FromSeconds(1));
        return await host.Parts.SilentHosts.EndAsync(Cancellation);
    }

    /// <summary>A drain-like transaction whose client does not read, unnoticed by the server.</summary>
    private async Task<IAsyncDisposable> HoldAsync(int lockClass)
    {
        var source = Database.Connect(address => (address.ApplicationName, address.Pooling) = (Silent, false));
        var connection = await source.OpenConnectionAsync(Cancellation);
        await connection.BeginTransactionAsync(Cancellation);
        await using (NpgsqlCommand locks = new("select pg_advisory_xact_lock_shared(@lockClass, hashtext(@Silent))", connection))
        {
            locks.Parameters.AddWithValue("lockClass", lockClass);
            locks.Parameters.AddWithValue("Silent", Silent);
            await locks.ExecuteNonQueryAsync(Cancellation);
        }

        NpgsqlCommand command = new(LargeResult, connection);
        await command.ExecuteReaderAsync(Cancellation);
        await Database.UntilAsync(CantSend, new { name = Silent });
        return new Hold(source, connection);
    }

    private sealed class Hold(NpgsqlDataSource source, NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await connection.DisposeAsync();
            }
            catch (NpgsqlException)
            {
                // It was terminated, or the rest of its result is still pending.
            }

            await source.DisposeAsync();
        }
    }
}
