using Npgsql;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Recording;

public sealed class ConcurrentReportTests(DatabaseFixture fixture) : RecordingTests(fixture)
{
    private const string SomeoneWaitsForALock =
        "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Concurrent_reports_of_a_task_in_any_order_of_entries_never_deadlock()
    {
        var task = await Seed.LoneTask();
        var deadlocks = await DeadlocksAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), Cancellation, async (writer, _) =>
        {
            var random = new Random(writer);
            for (var round = 0; round < 40; round++)
            {
                var entries = Enumerable.Range(0, 20)
                    .Select(number => new UsageEntry(number % 2 == 0 ? "openai" : "Anthropic", $"m{number}", writer)).ToArray();
                random.Shuffle(entries);
                await RecordAsync(task, entries);
            }
        });

        var rows = await RowsAsync(task);
        rows.Count.ShouldBe(20);
        rows.Select(row => row.InputTokens).Distinct().ShouldHaveSingleItem("the last report was stored as a whole");
        (await DeadlocksAsync()).ShouldBe(deadlocks);
    }

    [Fact]
    public async Task Reports_that_meet_an_older_writer_in_every_spelling_all_succeed()
    {
        string[] spellings = ["OpenAI", "OPENAI", " openai", "Openai"];
        var task = await Seed.LoneTask();
        using var reporting = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var olderWriter = WriteInOldSpellingsAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, 4), Cancellation, async (writer, _) =>
        {
            for (var round = 0; round < 40; round++)
            {
                await RecordAsync(task, new("openai", "a", writer), new("OpenAI", "b", writer), new("openai", "c", writer));
            }
        });
        await reporting.CancelAsync();
        await olderWriter;

        await RecordAsync(task, new("openai", "a", 77), new("openai", "b", 77), new("openai", "c", 77));
        (await RowsAsync(task)).Select(row => (row.Provider, row.Model, row.InputTokens))
            .ShouldBe([("openai", "a", 77), ("openai", "b", 77), ("openai", "c", 77)]);

        async Task WriteInOldSpellingsAsync()
        {
            for (var round = 0; !reporting.IsCancellationRequested; round++)
            {
                await Database.ExecuteAsync(
                    """
                    insert into public.task_usage (task_id, provider, model, input_tokens) values (@task, @provider, @model, 1)
                    on conflict (task_id, provider, model) do update set input_tokens = excluded.input_tokens
                    """,
                    new { task, provider = spellings[round % 4], model = $"{"abc"[round % 3]}" });
            }
        }
    }

    [Theory]
    [InlineData("update public.agent_task_queue set status = 'completed', completed_at = now() where id = $1")]
    [InlineData("select from public.agent_task_queue where id = $1 for no key update")]
    public async Task A_report_does_not_wait_for_a_transaction_that_holds_the_tasks_row(string hold)
    {
        var task = await Seed.LoneTask();
        await using var holder = await HoldAsync(hold, task);
        await RecordAsync(task, new UsageEntry("openai", "gpt", 1)).WaitAsync(Soon, TimeProvider.System, Cancellation);
        await RecordAsync(task, new UsageEntry("openai", "gpt", 2)).WaitAsync(Soon, TimeProvider.System, Cancellation);
        (await OnlyRowAsync(task)).InputTokens.ShouldBe(2);
    }

    [Fact]
    public async Task A_report_holds_no_lock_that_an_update_of_its_task_would_wait_for()
    {
        var task = await Seed.LoneTask();
        await RecordAsync(task, new UsageEntry("openai", "gpt", 1));
        await using var holder = await HoldAsync("select from public.task_usage where task_id = $1 for update", task);
        var report = RecordAsync(task, new UsageEntry("openai", "gpt", 2));
        await Database.UntilAsync(SomeoneWaitsForALock);

        await Database.ExecuteAsync("update public.agent_task_queue set status = 'failed' where id = @task", new { task })
            .WaitAsync(Soon, TimeProvider.System, Cancellation);
        await holder.DisposeAsync();
        await report;
    }

    [Fact]
    public async Task A_report_for_a_task_that_is_deleted_meanwhile_finds_no_such_task()
    {
        var task = await Seed.LoneTask();
        await using var holder = await HoldAsync("delete from public.agent_task_queue where id = $1", task);
        var report = RecordAsync(task, new UsageEntry("openai", "gpt", 1));
        await Database.UntilAsync(SomeoneWaitsForALock);
        await CommitAsync(holder);
        await Should.ThrowAsync<UnknownTaskException>(() => report);
    }

    [Fact]
    public async Task A_report_that_is_a_deadlock_victim_is_retried()
    {
        var task = await Seed.LoneTask();
        await RecordAsync(task, new("openai", "a", 1), new("openai", "b", 1));
        const string Touch = "update public.task_usage set input_tokens = 5 where task_id = $1 and model = '{0}'";
        await using var olderWriter = await HoldAsync(Touch.Replace("{0}", "b", StringComparison.Ordinal), task);
        await ExecuteAsync(olderWriter, "set local deadlock_timeout = '10min'");
        var report = RecordAsync(task, new("openai", "a", 2), new("openai", "b", 2));
        await Database.UntilAsync(SomeoneWaitsForALock);
        await ExecuteAsync(olderWriter, Touch.Replace("{0}", "a", StringComparison.Ordinal), task);
        await CommitAsync(olderWriter);
        await report;
        (await RowsAsync(task)).ShouldAllBe(row => row.InputTokens == 2);
    }

    private Task<long> DeadlocksAsync() =>
        Database.ScalarAsync<long>("select deadlocks from pg_stat_database where datname = current_database()");

    /// <summary>Runs a statement in a transaction that stays open.</summary>
    private async Task<NpgsqlConnection> HoldAsync(string sql, Guid task)
    {
        var connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await ExecuteAsync(connection, "begin");
        await ExecuteAsync(connection, sql, task);
        return connection;
    }

    private static Task CommitAsync(NpgsqlConnection connection) => ExecuteAsync(connection, "commit");

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters.Select(value => new NpgsqlParameter { Value = value }).ToArray());
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
