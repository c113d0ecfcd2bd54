using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>Backfills while the application writes.</summary>
public sealed class BackfillRaceTests(DatabaseFixture fixture) : HistoryTests(fixture)
{
    [Theory, Trait("Field", "5")]
    [InlineData(nameof(DrainStep.Picked))]
    [InlineData(nameof(DrainStep.Locked))]
    [InlineData(nameof(DrainStep.Claimed))]
    [InlineData(nameof(DrainStep.Resolved))]
    [InlineData(nameof(DrainStep.Computed))]
    [InlineData(nameof(DrainStep.Replaced))]
    [InlineData(nameof(DrainStep.Committed))]
    public async Task A_change_that_commits_during_a_backfill_is_counted(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var task = await HistoryAsync(3);
        Waitpoint waitpoint = new(step);
        var backfill = Replica(waitpoint).Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(backfill);
        await Database.ExecuteAsync(
            "update public.task_usage set input_tokens = 77 where task_id = @task and model = 'm1'", new { task });
        await Database.ExecuteAsync("delete from public.task_usage where task_id = @task and model = 'm2'", new { task });
        waitpoint.Release();
        await backfill;
        await DrainAsync();
        (await Database.BucketsAsync()).Select(bucket => bucket.InputTokens).ShouldBe([10, 77]);
        await Database.ShouldBeExactAsync();
    }

    [Fact, Trait("Field", "4")]
    public async Task A_row_of_a_transaction_older_than_a_backfill_is_counted_when_it_commits_after_it()
    {
        var task = await HistoryAsync(3);
        await using var old = await BeginAsync();
        await old.ExecuteAsync(
            "insert into public.task_usage (task_id, model, created_at) values (@task, 'late', @at)", new { task, at = Hour(1) });
        await old.ExecuteAsync(
            "insert into public.task_usage (task_id, model, created_at) values (@task, 'later', @at)",
            new { task, at = Hour(8) });
        await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        await Database.ShouldBeExactAsync();
        (await Replica().Engine.GetStatusAsync(Cancellation)).Complete.ShouldBeTrue();

        await old.CommitAsync();
        (await DrainAsync()).Hours.ShouldBe(2);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_backfill_while_three_writers_change_everything_is_exact()
    {
        var task = await HistoryAsync(48);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writers = Enumerable.Range(0, 3).Select(writer => WriteAsync(new Random(writer), task, done.Token)).ToList();
        await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        await Replica().Engine.BackfillAsync(new() { From = Hour(10), To = Hour(20) }, cancellationToken: Cancellation);
        await done.CancelAsync();
        await Task.WhenAll(writers);
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Two_backfills_at_once_share_the_work_and_both_finish()
    {
        await HistoryAsync(48);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Replica().Engine.BackfillAsync(
            new(), cancellationToken: Cancellation)));
        (await Database.ScalarAsync<long>("select count(*) from usage_rollup.backfill where completed_at is null")).ShouldBe(0);
        await Database.ShouldBeExactAsync();
    }

    private async Task WriteAsync(Random random, Guid task, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Database.ExecuteAsync(
                """
                insert into public.task_usage (task_id, model, input_tokens, created_at) values (@task, @model, @input, @at)
                on conflict (task_id, provider, model) do update set input_tokens = excluded.input_tokens, created_at = excluded.created_at
                """,
                new { task, model = $"m{random.Next(48)}", input = random.Next(100), at = Hour(random.Next(48)) });
        }
    }
}
