using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>
/// A setup error is not attributed to any hour or agent: the round fails and backs off, and everything waits for the fix.
/// </summary>
public sealed class SetupFailureTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await postgres.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData("alter table public.task_usage rename column model to model_name", "alter table public.task_usage rename column model_name to model")]
    [InlineData("alter table public.issue rename column project_id to project", "alter table public.issue rename column project to project_id")]
    [InlineData("alter table usage_rollup.hourly rename to hours", "alter table usage_rollup.hours rename to hourly")]
    public async Task Renaming_a_column_or_table_under_a_running_engine_sets_nothing_aside(string rename, string renameBack)
    {
        await database.ExecuteAsync(
            """
            create table public.ever_set_aside (bucket_hour timestamptz);
            create function public.remember() returns trigger language plpgsql as $$
            begin
                insert into public.ever_set_aside values (new.bucket_hour);
                return null;
            end
            $$;
            create trigger remember after insert on usage_rollup.set_aside for each row execute function public.remember();
            """);
        await using var host = TestEngine.On(database, configure: options =>
        {
            options.MinBackoff = TimeSpan.FromMilliseconds(1);
            options.MaxBackoff = TimeSpan.FromMilliseconds(5);
        });
        await host.Parts.Loop.StartAsync(Cancellation);
        await database.UntilAsync("select complete from usage_rollup.status");

        var task = await database.Seed.LoneTask();
        await using (var writer = await OpenTransaction.BeginAsync(database))
        {
            await writer.ExecuteAsync(
                """
                insert into public.task_usage (task_id, model, input_tokens, created_at)
                select @task, 'm' || n, 10, timestamptz '2026-03-01 00:10:00+00' + n * interval '1 hour' from generate_series(0, 39) n
                """,
                new { task });
            await writer.ExecuteAsync(rename);
            await writer.CommitAsync();
        }

        await database.UntilAsync("select max(last_error_at) is not null from usage_rollup.replica");
        (await database.ScalarAsync<string>("select last_error from usage_rollup.replica")).ShouldStartWith("42");
        (await database.ScalarAsync<long>("select count(*) from usage_rollup.dirty")).ShouldBe(40);
        await database.ExecuteAsync(renameBack);
        await database.UntilAsync("select not exists (select from usage_rollup.dirty)");
        await host.Parts.Loop.StopAsync(Cancellation);

        (await database.ScalarAsync<long>("select count(*) from public.ever_set_aside")).ShouldBe(0);
        await database.ShouldBeExactAsync();
    }
}
