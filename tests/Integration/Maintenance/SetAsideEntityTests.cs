using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

public sealed class SetAsideEntityTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await postgres.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task An_entity_whose_hours_cannot_be_found_is_set_aside_alone_and_all_others_are_expanded()
    {
        var tasks = new List<Guid>();
        for (var number = 0; number < 9; number++)
        {
            tasks.Add(await database.Seed.LoneTask());
            await database.Seed.UsageRow(tasks[^1]);
        }

        await using var replica = TestEngine.On(database, configure: options => options.MinBackoff = TimeSpan.FromHours(1));
        await replica.Engine.DrainAsync(cancellationToken: Cancellation);
        await database.ExecuteAsync(
            $"""
            create function public.poison() returns trigger language plpgsql as $$
            begin
                raise exception 'poisoned' using errcode = '22003';
            end $$;
            create trigger poison before insert on usage_rollup.dirty for each row
                when (new.bucket_hour is not null and new.task_id = '{tasks[4]}') execute function public.poison();
            delete from public.agent_runtime
            """);
        (await replica.Engine.DrainAsync(cancellationToken: Cancellation)).Failed.ShouldBe(1);

        var status = await replica.Engine.GetStatusAsync(Cancellation);
        var setAside = status.SetAside.ShouldHaveSingleItem();
        (setAside.TaskId, setAside.BucketHour, setAside.Attempts).ShouldBe((tasks[4], null, 1));
        setAside.Error.ShouldContain("poisoned");
        (await database.MarksAsync()).ShouldBe([new MarkRow(null, tasks[4], null, null)]);
        (await database.DriftAsync()).ShouldBe(2, "only that task's bucket is under its old runtime");
        (await replica.Engine.VerifyAsync(new(), cancellationToken: Cancellation)).DriftCount.ShouldBe(0, "it is pending");

        await database.ExecuteAsync(
            "drop trigger poison on usage_rollup.dirty; update usage_rollup.set_aside set retry_at = now()");
        await replica.Engine.DrainAsync(cancellationToken: Cancellation);
        await database.ShouldBeExactAsync();
    }
}
