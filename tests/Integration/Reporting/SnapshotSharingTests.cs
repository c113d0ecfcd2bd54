using System.Data;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>Two parts of one report on two connections.</summary>
public sealed class SnapshotSharingTests(DatabaseFixture fixture) : ReportingTests(fixture)
{
    private static readonly WindowParts Quarter = PartsOf(90);

    [Fact]
    public async Task Both_parts_of_a_long_report_see_one_state_of_the_data()
    {
        await Seed.Workspace();
        var queue = QueueOf(2);
        using var turn = await queue.EnterAsync(Cancellation);
        await using var connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation);
        var before = await CountAsync(connection);

        var (first, second) = await new SnapshotSharing(Parts.ReportDatabase, queue).BothAsync(
            connection, Quarter, CountAfterACommitAsync, CountAfterACommitAsync, Cancellation);

        second.On.ShouldNotBeSameAs(first.On);
        first.Workspaces.ShouldBe(before);
        second.Workspaces.ShouldBe(before);
        using var returned = queue.TryEnter().ShouldNotBeNull("the second connection's permit was not returned");
    }

    [Theory]
    [InlineData(1, 90)]
    [InlineData(2, 7)]
    public async Task A_report_without_room_or_reason_for_a_second_connection_reads_one_part_after_the_other(int atATime, int days)
    {
        var queue = QueueOf(atATime);
        using var turn = await queue.EnterAsync(Cancellation);
        await using var connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation);
        var (first, second) = await new SnapshotSharing(Parts.ReportDatabase, queue).BothAsync(
            connection, PartsOf(days), CountAfterACommitAsync, CountAfterACommitAsync, Cancellation);
        first.On.ShouldBeSameAs(connection);
        second.On.ShouldBeSameAs(connection);
        second.Workspaces.ShouldBe(first.Workspaces);
    }

    [Fact]
    public async Task A_part_that_fails_leaves_neither_a_permit_nor_a_connection_behind()
    {
        var queue = QueueOf(2);
        using var turn = await queue.EnterAsync(Cancellation);
        await using var connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation);
        NpgsqlConnection? second = null;
        await Should.ThrowAsync<PostgresException>(new SnapshotSharing(Parts.ReportDatabase, queue).BothAsync(
            connection, Quarter, CountAsync,
            async on =>
            {
                second = on;
                await using NpgsqlCommand command = new("select 1 / 0", on);
                return await command.ExecuteScalarAsync(Cancellation);
            },
            Cancellation));
        second.ShouldNotBeNull().State.ShouldBe(ConnectionState.Closed);
        using var returned = queue.TryEnter().ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(BothSources))]
    public async Task The_total_of_a_long_window_counts_each_task_once(ReportMode mode)
    {
        var workspace = await Seed.Workspace();
        var window = ReportWindow.LastDays(90, Noon, DateTimeZone.Utc);
        foreach (var agent in new[] { await Seed.Agent(workspace), await Seed.Agent(workspace) })
        {
            var task = await Seed.AgentTask(agent);
            await Seed.UsageRow(task, model: "one", createdAt: Noon - Duration.FromDays(80));
            await Seed.UsageRow(task, model: "two", createdAt: Noon - Duration.FromDays(1));
        }

        await BackfillAsync();
        var total = (await Reports.WorkspaceTotalAsync(workspace, window, options: new(mode), cancellationToken: Cancellation)).Rows.ShouldHaveSingleItem();
        (total.TaskCount, total.EventCount).ShouldBe((2, 4));
        (await Reports.WorkspaceAgentsAsync(workspace, window, options: new(mode), cancellationToken: Cancellation))
            .Rows.Select(row => (row.TaskCount, row.EventCount)).ShouldBe([(1, 2), (1, 2)]);
    }

    private static WindowParts PartsOf(int days) => WindowParts.Of(ReportWindow.LastDays(days, Noon, DateTimeZone.Utc), ReportAxis.None);

    private ReportQueue QueueOf(int atATime) =>
        new([Database.DataSource], Options.Create(new UsageEngineOptions { MaxConcurrentReports = atATime }), TimeProvider.System);

    private async Task<(NpgsqlConnection On, long Workspaces)> CountAfterACommitAsync(NpgsqlConnection on)
    {
        await Seed.Workspace();
        return (on, await CountAsync(on));
    }

    private static async Task<long> CountAsync(NpgsqlConnection on)
    {
        await using NpgsqlCommand command = new("select count(*) from public.workspace", on);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
