using System.Data;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Shouldly;
using Usage.Engine.Hosting;
using Usage.Engine.Maintenance;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>Verifications by <c>VerifyEvery</c>, and the record of all of them.</summary>
public sealed class ScheduledVerifyTests(DatabaseFixture fixture) : HistoryTests(fixture)
{
    private const string Bypass = "update usage_rollup.hourly set input_tokens = input_tokens + 1";

    private const string Older = "update usage_rollup.verification set ended_at = ended_at - @by";

    [Fact]
    public async Task What_bypassed_the_triggers_is_found_marked_and_verified_again_within_the_hour()
    {
        await BackfilledAsync();
        await Database.ExecuteAsync(Bypass);
        await using var host = Daily();
        (await VerifyAsync(host)).ShouldNotBeNull().DriftCount.ShouldBe(1);
        (await VerifyAsync(host)).ShouldBeNull();

        await host.Engine.DrainAsync(cancellationToken: Cancellation);
        await Database.ExecuteAsync(Older, new { by = TimeSpan.FromMinutes(61) });
        (await VerifyAsync(host)).ShouldNotBeNull().DriftCount.ShouldBe(0);
        await Database.ExecuteAsync(Older, new { by = TimeSpan.FromMinutes(61) });
        (await VerifyAsync(host)).ShouldBeNull();

        var status = await host.Engine.GetStatusAsync(Cancellation);
        status.Verifications.Select(each => (each.Scheduled, each.RawRows, each.Buckets, each.DriftCount, each.MarkedHours, each.Error))
            .ShouldBe([(true, 1, 1, 0, 0, null), (true, 1, 1, 1, 1, null)]);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task It_is_due_again_when_its_interval_has_passed()
    {
        await BackfilledAsync();
        await using var host = Daily();
        (await VerifyAsync(host)).ShouldNotBeNull();
        await Database.ExecuteAsync(Older, new { by = TimeSpan.FromHours(23) });
        (await VerifyAsync(host)).ShouldBeNull();
        await Database.ExecuteAsync(Older, new { by = TimeSpan.FromHours(1) });
        (await VerifyAsync(host)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Before_the_first_backfill_there_is_nothing_to_compare_with()
    {
        await HistoryAsync(2);
        await using var host = Daily();
        (await VerifyAsync(host)).ShouldBeNull();
        (await host.Engine.GetStatusAsync(Cancellation)).Verifications.ShouldBeEmpty();
    }

    [Fact]
    public async Task Replicas_take_turns_and_a_killed_one_loses_its_turn()
    {
        await BackfilledAsync();
        await using var first = Daily();
        await using var second = Daily();
        await using var source = Database.Connect(address => address.Pooling = false);
        var connection = await source.OpenConnectionAsync(Cancellation);
        await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation);
        (await first.Parts.Verifications.TakeTurnAsync(connection, Cancellation)).ShouldBeTrue();

        (await VerifyAsync(second)).ShouldBeNull();
        (await TakesTurnAsync(second)).ShouldBeFalse();

        await Database.ExecuteAsync("select pg_terminate_backend(@pid, 10000)", new { pid = connection.ProcessID });
        await connection.DisposeAsync();
        (await VerifyAsync(second)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_replica_that_gets_the_turn_late_sees_what_the_other_one_recorded()
    {
        await BackfilledAsync();
        await using var first = Daily();
        await using var second = Daily();
        await using var source = Database.Connect(_ => { });
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation);
        (await VerifyAsync(first)).ShouldNotBeNull();
        (await second.Parts.Verifications.TakeTurnAsync(connection, Cancellation)).ShouldBeTrue();
        (await second.Parts.Verifications.IsDueAsync(connection, Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_failure_is_recorded_in_status_and_tried_again_later()
    {
        await BackfilledAsync();
        await using var host = Daily();
        await Database.ExecuteAsync("alter table usage_rollup.hourly_tasks rename column task_ids to other");
        await host.Parts.VerifySchedule.StartAsync(Cancellation);
        await Database.UntilAsync("select count(*) = 1 from usage_rollup.verification where error is not null");
        await host.Parts.VerifySchedule.StopAsync(Cancellation);
        await Database.ExecuteAsync("alter table usage_rollup.hourly_tasks rename column other to task_ids");

        (await host.Engine.GetStatusAsync(Cancellation)).Verifications.ShouldHaveSingleItem().Error.ShouldNotBeNull().ShouldStartWith("42703");
        (await VerifyAsync(host)).ShouldBeNull();
        await Database.ExecuteAsync(Older, new { by = TimeSpan.FromMinutes(61) });
        (await VerifyAsync(host)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_host_verifies_when_it_starts_and_looks_again_every_minute()
    {
        await BackfilledAsync();
        FakeTimeProvider time = new();
        await using var host = TestEngine.On(Database, configure: options => options.VerifyEvery = TimeSpan.FromMinutes(1), time: time);
        await host.Parts.VerifySchedule.StartAsync(Cancellation);
        await Database.UntilAsync("select count(*) = 1 from usage_rollup.verification");
        await Database.ExecuteAsync(Older, new { by = TimeSpan.FromMinutes(1) });
        time.Advance(VerifySchedule.Interval);
        await Database.UntilAsync("select count(*) = 2 from usage_rollup.verification");
        await host.Parts.VerifySchedule.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_verification_of_all_history_by_command_is_recorded_and_one_of_a_range_is_not()
    {
        await BackfilledAsync();
        await using var host = Daily();
        await host.Engine.VerifyAsync(new() { From = Hour(0) }, cancellationToken: Cancellation);
        await host.Engine.VerifyAsync(new(), cancellationToken: Cancellation);
        (await host.Engine.GetStatusAsync(Cancellation)).Verifications.ShouldHaveSingleItem().Scheduled.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_may_only_read_verifies_and_records_nothing()
    {
        await BackfilledAsync();
        await using var host = TestEngine.On(Database, address: address => address.Options = "-c default_transaction_read_only=on");
        (await host.Engine.VerifyAsync(new(), cancellationToken: Cancellation)).RawRows.ShouldBe(1);
        (await host.Engine.GetStatusAsync(Cancellation)).Verifications.ShouldBeEmpty();
    }

    private TestEngine Daily() => TestEngine.On(Database, configure: options => options.VerifyEvery = TimeSpan.FromDays(1));

    private async Task BackfilledAsync()
    {
        await SceneAsync();
        await CompleteAsync();
    }

    private static Task<VerifyReport?> VerifyAsync(TestEngine host) => host.Parts.ScheduledVerifier.VerifyWhenDueAsync(Cancellation);

    private async Task<bool> TakesTurnAsync(TestEngine host)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation);
        return await host.Parts.Verifications.TakeTurnAsync(connection, Cancellation);
    }
}
