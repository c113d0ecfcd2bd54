using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Mutations;

/// <summary>
/// An update that moves a row to another partition is a delete and an insert for row triggers, and neither for statement triggers.
/// </summary>
public sealed class PartitionMoveMutationTests(PartitionedDatabaseFixture fixture) : EngineTests(fixture), IClassFixture<PartitionedDatabaseFixture>
{
    private const string ByStatement = """
        drop trigger usage_rollup_delete on public.task_usage;
        create trigger usage_rollup_delete after delete on public.task_usage
            referencing old table as old_rows for each statement execute function usage_rollup.mark_deleted_usage()
        """;

    private const string AsInstalled = """
        drop trigger usage_rollup_delete on public.task_usage;
        select usage_rollup.install_triggers('public.task_usage')
        """;

    [Fact]
    public async Task A_row_that_moves_between_partitions_leaves_no_bucket_behind()
    {
        await Database.ExecuteAsync(AsInstalled);
        (await DriftAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_statement_trigger_for_deletes_leaves_the_bucket_where_the_row_was()
    {
        await Database.ExecuteAsync(ByStatement);
        (await DriftAsync()).ShouldBe(1);
    }

    private async Task<long> DriftAsync()
    {
        var (from, to) = (await TaskInAsync("task_usage_p0"), await TaskInAsync("task_usage_p1"));
        await Seed.UsageRow(from, createdAt: Hour(0));
        await DrainAsync();
        await Database.ExecuteAsync("update public.task_usage set task_id = @to", new { to });
        await DrainAsync();
        return await Database.DriftAsync();
    }

    /// <summary>A task whose usage is in a given partition.</summary>
    private async Task<Guid> TaskInAsync(string partition)
    {
        while (true)
        {
            var task = await Seed.LoneTask();
            if (await Database.ScalarAsync<bool>(
                "select satisfies_hash_partition('public.task_usage'::regclass, 3, right(@partition, 1)::integer, @task)", new { partition, task }))
            {
                return task;
            }
        }
    }
}
