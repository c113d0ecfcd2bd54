using NodaTime;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Recording;

/// <summary>Tables with more than the required columns.</summary>
public sealed class ApplicationTableTests(DatabaseFixture fixture) : RecordingTests(fixture), IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        if (await Database.ScalarAsync<bool>("select to_regclass('public.ledger') is not null"))
        {
            return;
        }

        await Database.ExecuteAsync(
            """
            alter table public.task_usage
                add column tenant        text    not null default 'default',
                add column total_tokens  bigint  not null generated always as (input_tokens + output_tokens) stored,
                add column sequence      bigint  generated always as identity,
                add column note          text;
            alter table public.agent_task_queue add column priority integer not null default 0;

            create table public.ledger (task_id uuid not null, action text not null);

            create function public.write_ledger() returns trigger language plpgsql as $$
            begin
                insert into public.ledger values (new.task_id, tg_op);
                return null;
            end $$;
            create trigger write_ledger after insert or update on public.task_usage
                for each row execute function public.write_ledger();

            create function public.stamp_usage() returns trigger language plpgsql as $$
            begin
                new.note := tg_op;
                if tg_op = 'UPDATE' then
                    new.updated_at := timestamptz '2020-02-02 00:00:00+00';
                end if;
                return new;
            end $$;
            create trigger stamp_usage before insert or update on public.task_usage
                for each row execute function public.stamp_usage();
            """);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Further_columns_with_defaults_are_filled_by_the_database()
    {
        var task = await Seed.LoneTask();
        await RecordAsync(task, new UsageEntry("openai", "gpt", 1, 2));
        (await ColumnAsync<string>("tenant", task)).ShouldBe("default");
        (await ColumnAsync<long>("total_tokens", task)).ShouldBe(3);
    }

    [Fact]
    public async Task Triggers_of_the_application_fire_and_take_precedence()
    {
        var task = await Seed.LoneTask();
        await RecordAsync(task, new UsageEntry("openai", "gpt", 1));
        await RecordAsync(task, new UsageEntry("openai", "gpt", 2));
        var row = await OnlyRowAsync(task);
        (row.InputTokens, row.UpdatedAt).ShouldBe((2, Instant.FromUtc(2020, 2, 2, 0, 0)));
        (await ColumnAsync<string>("note", task)).ShouldBe("UPDATE");
        (await Database.QueryAsync<string>("select action from public.ledger where task_id = @task", new { task }))
            .ShouldBe(["INSERT", "UPDATE"]);
    }

    [Fact]
    public async Task A_report_runs_at_read_committed_whatever_the_databases_default()
    {
        await Database.ExecuteAsync(
            "alter table public.task_usage add column isolation text default current_setting('transaction_isolation')");
        await using var serializable = Database.Connect(address =>
            address.Options = "-c default_transaction_isolation=serializable");
        var task = await Seed.LoneTask();
        await RecorderOn(serializable).RecordAsync(task, [new("openai", "gpt", 1)], Cancellation);
        (await ColumnAsync<string>("isolation", task)).ShouldBe("read committed");
    }

    [Fact]
    public async Task A_report_leaves_marks_for_the_hours_that_it_touches_and_none_when_it_is_refused()
    {
        var (task, refused) = (await Seed.LoneTask(), await Seed.LoneTask());
        await RecordAsync(task, new UsageEntry("openai", "gpt", 1));
        await Should.ThrowAsync<UsageValidationException>(() => RecordAsync(refused, new UsageEntry("openai", "gpt", -1)));
        (await MarksAsync(task)).ShouldBeGreaterThan(0);
        (await MarksAsync(refused)).ShouldBe(0);
    }

    private Task<T> ColumnAsync<T>(string column, Guid task) =>
        Database.ScalarAsync<T>($"select {column} from public.task_usage where task_id = @task", new { task });

    private Task<long> MarksAsync(Guid task) =>
        Database.ScalarAsync<long>("select count(*) from usage_rollup.dirty where task_id = @task", new { task });
}
