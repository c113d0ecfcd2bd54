using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

/// <summary>Migrations of a database whose tables are in use.</summary>
public sealed class LockedTableTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    private const string Insert = """
        insert into public.task_usage (id, task_id, model, created_at, region)
        select gen_random_uuid(), id, gen_random_uuid()::text, now(), 'eu' from public.agent_task_queue limit 1
        """;

    [Theory]
    [InlineData("task_usage")]
    [InlineData("agent_task_queue")]
    [InlineData("agent")]
    public async Task A_lock_request_waits_briefly_and_is_retried_while_writers_continue(string table)
    {
        await LargeApplication.CreateAsync(Database);
        await using var holder = await OpenTransaction.BeginAsync(Database);
        await holder.ExecuteAsync($"lock table public.{table} in row exclusive mode");

        TaskCompletionSource retrying = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Reports<string> progress = new(line =>
        {
            if (line.Contains("attempt 2", StringComparison.Ordinal))
            {
                retrying.TrySetResult();
            }
        });
        var migration = MigrateAsync(progress: progress);
        await Database.UntilAsync(RollupState.SomeoneWaitsForALock);
        await using (var writer = await OpenTransaction.BeginAsync(Database))
        {
            // It queues behind the migration's lock request until that times out.
            await writer.ExecuteAsync("set local lock_timeout = '20s'");
            await writer.ExecuteAsync(Insert);
            await writer.ExecuteAsync("update public.agent_task_queue set status = 'running'");
            await writer.CommitAsync();
        }

        await Task.WhenAny(retrying.Task, migration);
        retrying.Task.IsCompleted.ShouldBeTrue("it gave up and reports so");
        await holder.CommitAsync();
        (await migration).Applied.ShouldBeUnique();
        progress.All.ShouldContain(line => line.Contains("A table is locked", StringComparison.Ordinal));
        await RunUntilCompleteAsync();
    }

    [Fact]
    public async Task Writers_do_not_wait_for_an_index_build_that_waits_for_an_old_transaction()
    {
        await LargeApplication.CreateAsync(Database);
        await MigrateAsync();
        await Database.ExecuteAsync("drop index usage_rollup_task_usage_created_at");
        await using var old = await OpenTransaction.BeginAsync(Database);
        await old.ExecuteAsync(Insert);
        var migration = MigrateAsync();
        await Database.UntilAsync(
            """
            select exists (
                select from pg_stat_activity
                where datname = current_database() and query like 'create index concurrently%' and wait_event_type = 'Lock')
            """);

        await using var writer = await OpenTransaction.BeginAsync(Database);
        await writer.ExecuteAsync("set local lock_timeout = '10ms'");
        await writer.ExecuteAsync(Insert);
        await writer.CommitAsync();
        await old.CommitAsync();
        (await migration).IndexesBuilt.ShouldBe(["usage_rollup_task_usage_created_at"]);
        await RunUntilCompleteAsync();
    }

    [Fact]
    public async Task Usage_that_is_written_while_the_triggers_are_installed_is_in_the_rollup()
    {
        await LargeApplication.CreateAsync(Database);
        using var migrated = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writers = Enumerable.Range(0, 3).Select(_ => WriteUntilAsync(migrated.Token)).ToList();
        await MigrateAsync();
        await migrated.CancelAsync();
        await Task.WhenAll(writers);
        await RunUntilCompleteAsync();
    }

    private async Task WriteUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Database.ExecuteAsync(Insert);
        }
    }
}
