using Microsoft.Extensions.Time.Testing;
using NodaTime;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>The limits on concurrent and queued reports, and on the time in the queue.</summary>
public sealed class BusyReportsTests(DatabaseFixture fixture) : ReportingTests(fixture), IAsyncLifetime
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FakeTimeProvider time = new();
    private readonly TaskCompletionSource two = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private int started;
    private int running;
    private int mostAtOnce;
    private Guid workspace;

    public async ValueTask InitializeAsync() => workspace = await Seed.Workspace();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task No_more_reports_are_read_concurrently_than_allowed()
    {
        var reports = Held(new() { MaxConcurrentReports = 2 });
        var all = Enumerable.Range(0, 7).Select(_ => ReadAsync(reports)).ToArray();
        await two.Task.WaitAsync(Cancellation);
        started.ShouldBe(2);
        released.SetResult();
        await Task.WhenAll(all);
        (started, mostAtOnce).ShouldBe((7, 2));
    }

    [Fact]
    public async Task Every_kind_of_report_is_queued()
    {
        var reports = Held(new() { MaxConcurrentReports = 1, MaxWaitingReports = 0 });
        var first = ReadAsync(reports);
        await ShouldBeRefusedAsync(reports.WorkspaceDailyAsync(workspace, Week, cancellationToken: Cancellation));
        await ShouldBeRefusedAsync(reports.RuntimeByHourAsync(workspace, workspace, Week, cancellationToken: Cancellation));
        await ShouldBeRefusedAsync(reports.RuntimeActivityAsync(workspace, workspace, DateTimeZone.Utc, Cancellation));
        await ShouldBeRefusedAsync(reports.IssueTotalAsync(workspace, workspace, Cancellation));
        await ShouldBeRefusedAsync(reports.TaskAsync(workspace, workspace, Cancellation));
        released.SetResult();
        await first;
        await ReadAsync(reports);
    }

    [Fact]
    public async Task Reports_beyond_the_queue_limit_fail_at_once()
    {
        var reports = Held(new() { MaxConcurrentReports = 1, MaxWaitingReports = 2 });
        var admitted = Enumerable.Range(0, 3).Select(_ => ReadAsync(reports)).ToArray();
        await ShouldBeRefusedAsync(ReadAsync(reports));
        released.SetResult();
        await Task.WhenAll(admitted);
    }

    [Fact]
    public async Task A_report_that_is_queued_too_long_fails_with_a_retry_time()
    {
        var reports = Held(new() { MaxConcurrentReports = 1, ReportWait = TimeSpan.FromSeconds(3) });
        var first = ReadAsync(reports);
        var second = ReadAsync(reports);
        time.Advance(TimeSpan.FromSeconds(2));
        second.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        (await ShouldBeRefusedAsync(second)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(3));
        released.SetResult();
        await first;
        await ReadAsync(reports);
    }

    [Fact]
    public async Task A_report_that_is_cancelled_while_queued_takes_no_place()
    {
        var reports = Held(new() { MaxConcurrentReports = 1, MaxWaitingReports = 1 });
        var first = ReadAsync(reports);
        using CancellationTokenSource givesUp = new();
        var second = reports.WorkspaceTotalAsync(workspace, Week, cancellationToken: givesUp.Token);
        await givesUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second);
        var third = ReadAsync(reports);
        released.SetResult();
        await Task.WhenAll(first, third);
        started.ShouldBe(2);
    }

    [Fact]
    public async Task A_report_that_fails_releases_its_place()
    {
        var reports = Engine(
            Database, new() { MaxConcurrentReports = 1, MaxWaitingReports = 0 }, prices: (_, _) => throw new InvalidDataException()).Reports;
        for (var i = 0; i < 3; i++)
        {
            await Should.ThrowAsync<InvalidDataException>(() => ReadAsync(reports));
        }
    }

    [Theory]
    [InlineData(4, 100, 4)]
    [InlineData(64, 100, 50)]
    [InlineData(8, 1, 1)]
    public void At_least_half_of_the_pool_is_left_for_recording_and_draining(int atMost, int pool, int reports) =>
        ReportQueue.AtATime(atMost, pool).ShouldBe(reports);

    /// <summary>Reports that have left the queue and are held in their snapshot, before they read.</summary>
    private IUsageReports Held(UsageEngineOptions options) => Engine(
        Database, options, time: time, prices: async (_, cancellation) =>
        {
            lock (gate)
            {
                mostAtOnce = Math.Max(mostAtOnce, ++running);
                if (++started == 2)
                {
                    two.SetResult();
                }
            }

            await released.Task.WaitAsync(cancellation);
            lock (gate)
            {
                running--;
            }

            return CostEstimate.None;
        }).Reports;

    private Task<UsageReport<TotalUsage>> ReadAsync(IUsageReports reports) =>
        reports.WorkspaceTotalAsync(workspace, Week, cancellationToken: Cancellation);

    private static Task<ReportsBusyException> ShouldBeRefusedAsync(Task reading) =>
        Should.ThrowAsync<ReportsBusyException>(reading.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation));
}
