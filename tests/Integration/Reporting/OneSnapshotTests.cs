using Npgsql;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

public sealed class OneSnapshotTests(DatabaseFixture fixture) : ReportingTests(fixture)
{
    [Fact]
    public async Task Usage_that_moves_from_a_cut_hour_to_a_whole_one_during_a_report_is_counted_once()
    {
        var workspace = await Seed.Workspace();
        var window = ReportWindow.Between(new(2026, 5, 1), new(2026, 5, 7), TimeZones.Parse("Asia/Kolkata"));
        var usage = await Seed.UsageRow(await Seed.AgentTask(await Seed.Agent(workspace)), createdAt: window.Start);
        await BackfillAsync();

        await using var connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using NpgsqlCommand command = new("lock table public.task_usage in access exclusive mode", connection);
        await command.ExecuteNonQueryAsync(Cancellation);
        var report = Reports.WorkspaceSummaryAsync(workspace, window, cancellationToken: Cancellation);

        // The report has read the buckets and waits for the raw rows of its cut hours.
        await Database.UntilAsync(
            """
            select exists (
                select from pg_locks
                where not granted and relation = 'public.task_usage'::regclass
                  and database = (select oid from pg_database where datname = current_database()))
            """);
        command.CommandText = "update public.task_usage set created_at = created_at + interval '2 hours' where id = @usage";
        command.Parameters.AddWithValue("usage", usage);
        await command.ExecuteNonQueryAsync(Cancellation);
        await transaction.CommitAsync(Cancellation);

        (await report).Rows.ShouldHaveSingleItem().EventCount.ShouldBe(1);
        await DrainAsync();
        (await Reports.WorkspaceSummaryAsync(workspace, window, cancellationToken: Cancellation))
            .Rows.ShouldHaveSingleItem().EventCount.ShouldBe(1);
    }
}
