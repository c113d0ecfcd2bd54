using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

public sealed class FreshReportTests(DatabaseFixture fixture) : ReportingTests(fixture), IAsyncLifetime
{
    private static readonly ReportOptions Fresh = new(Fresh: true);

    private Guid workspace;
    private Guid task;

    public async ValueTask InitializeAsync()
    {
        workspace = await Seed.Workspace();
        task = await Seed.AgentTask(await Seed.Agent(workspace));
        await Seed.UsageRow(task, input: 100, createdAt: Noon);
        await BackfillAsync();
        await Seed.UsageRow(task, model: "new", input: 7, createdAt: Noon);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Pending_marks_are_drained_before_a_fresh_report()
    {
        await ShouldReadAsync(ReportSource.Rollup, 100, ReportOptions.Default);
        await ShouldReadAsync(ReportSource.Rollup, 107, Fresh);
        (await EngineUnderTest.GetStatusAsync(Cancellation)).PendingLive.ShouldBe(0);
    }

    [Fact]
    public async Task Pending_marks_of_another_workspace_are_left_to_the_loop()
    {
        var other = await Seed.LoneTask();
        await Seed.UsageRow(other, createdAt: Noon + Duration.FromHours(5));
        await ShouldReadAsync(ReportSource.Rollup, 107, Fresh);
        (await Database.ScalarAsync<bool>("select exists (select from usage_rollup.dirty where task_id = @other)", new { other }))
            .ShouldBeTrue();
    }

    [Fact]
    public async Task A_paused_engine_answers_fresh_reports_from_the_raw_rows()
    {
        await EngineUnderTest.PauseAsync(Cancellation);
        try
        {
            await ShouldReadAsync(ReportSource.Raw, 107, Fresh);
            await ShouldReadAsync(ReportSource.Raw, 107, new(ReportMode.Rollup, Fresh: true));
            await ShouldReadAsync(ReportSource.Rollup, 100, ReportOptions.Default);
        }
        finally
        {
            await EngineUnderTest.ResumeAsync(Cancellation);
        }
    }

    [Fact]
    public async Task A_fresh_report_reads_raw_rows_if_its_drain_does_not_finish_in_time()
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "select pg_advisory_xact_lock(@lock_class, @hour)";
        command.Parameters.AddWithValue("lock_class", Usage.Engine.Marks.HourLocks.LockClass);
        command.Parameters.AddWithValue("hour", Usage.Engine.Rollup.HourBucket.Containing(Noon).Number);
        await command.ExecuteNonQueryAsync(Cancellation);
        await ShouldReadAsync(ReportSource.Raw, 107, Fresh);
    }

    [Fact]
    public async Task A_forced_source_stays_forced_for_a_fresh_report()
    {
        await ShouldReadAsync(ReportSource.Raw, 107, new(ReportMode.Raw, Fresh: true));
        await ShouldReadAsync(ReportSource.Rollup, 107, new(ReportMode.Rollup, Fresh: true));
    }

    private async Task ShouldReadAsync(ReportSource source, decimal input, ReportOptions options)
    {
        var report = await Reports.WorkspaceTotalAsync(workspace, Week, options: options, cancellationToken: Cancellation);
        (report.Source, report.Rows.ShouldHaveSingleItem().InputTokens).ShouldBe((source, input));
    }
}
