using System.Data;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Races;

public sealed class LateCommitTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    [Theory, Trait("Field", "6")]
    [InlineData(IsolationLevel.ReadCommitted)]
    [InlineData(IsolationLevel.RepeatableRead)]
    [InlineData(IsolationLevel.Serializable)]
    public async Task A_transaction_opened_long_before_is_found_whenever_it_commits(IsolationLevel level)
    {
        var scene = await SceneAsync();
        await using var old = await OpenTransaction.BeginAsync(Database, level);
        await old.ExecuteAsync(
            "insert into public.task_usage (task_id, model, input_tokens, created_at) values (@Task, 'late', 3, @Hour)", Row(0));

        for (var round = 1; round <= 3; round++)
        {
            await Seed.UsageRow(scene.Task, model: $"m{round}", createdAt: Hour(round));
            await DrainAsync();
            await Database.ShouldBeExactAsync();
        }

        await old.ExecuteAsync(
            "insert into public.task_usage (task_id, model, input_tokens, created_at) values (@Task, 'later', 4, @Hour)", Row(2));
        await old.CommitAsync();
        (await DrainAsync()).Hours.ShouldBe(2);
        (await Database.BucketsAsync()).Where(bucket => bucket.Model.StartsWith("late", StringComparison.Ordinal))
            .Select(bucket => (bucket.BucketHour, bucket.InputTokens)).ShouldBe([(Hour(0), 3), (Hour(2), 4)]);
        await Database.ShouldBeExactAsync();

        object Row(int hour) => new { scene.Task, Hour = Hour(hour) };
    }

    [Theory]
    [InlineData(IsolationLevel.RepeatableRead)]
    [InlineData(IsolationLevel.Serializable)]
    public async Task A_writer_whose_snapshot_is_old_marks_what_it_changes_now(IsolationLevel level)
    {
        var scene = await SceneAsync();
        var other = await Seed.AgentTask(scene.Agent);
        await using var old = await OpenTransaction.BeginAsync(Database, level);
        await old.ExecuteAsync("select count(*) from public.task_usage");

        await Seed.UsageRow(other, model: "unseen", createdAt: Hour(0));
        await DrainAsync();
        await old.ExecuteAsync("update public.task_usage set created_at = created_at + interval '3 hours'");
        await old.ExecuteAsync("update public.agent_task_queue set agent_id = @OtherAgent where id = @Task", scene);
        await old.CommitAsync();

        await DrainAsync();
        (await Database.BucketsAsync()).Select(bucket => (bucket.BucketHour, bucket.AgentId))
            .ShouldBe([(Hour(0), scene.Agent), (Hour(3), scene.OtherAgent)]);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task What_a_savepoint_undoes_is_not_counted_and_what_it_keeps_is()
    {
        var scene = await SceneAsync();
        await using var writer = await BeginAsync();
        await writer.ExecuteAsync("savepoint one");
        await writer.ExecuteAsync(
            "update public.task_usage set created_at = created_at + interval '1 hour' where task_id = @Task", scene);
        await writer.ExecuteAsync("rollback to one");
        await writer.ExecuteAsync("savepoint two");
        await writer.ExecuteAsync(
            "update public.task_usage set created_at = created_at + interval '2 hours' where task_id = @Task", scene);
        await writer.ExecuteAsync("release two");
        await writer.CommitAsync();

        await DrainAsync();
        (await Database.BucketsAsync()).ShouldHaveSingleItem().BucketHour.ShouldBe(Hour(2));
        await Database.ShouldBeExactAsync();
    }
}
