using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Triggers;

/// <summary>An application's foreign keys, triggers, roles and policies. Each test changes its own database.</summary>
public sealed class ApplicationRulesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await postgres.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task With_a_cascading_foreign_key_a_deleted_runtimes_usage_is_removed()
    {
        await database.ExecuteAsync(
            """
            alter table public.agent_task_queue drop constraint agent_task_queue_runtime_id_fkey;
            alter table public.agent_task_queue add foreign key (runtime_id) references public.agent_runtime on delete cascade
            """);
        await database.Seed.UsageRow(await database.Seed.LoneTask());
        await DrainAsync();
        await database.ExecuteAsync("delete from public.agent_runtime");
        await DrainAsync();
        (await database.BucketsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_before_trigger_of_the_application_that_changes_the_runtime_is_noticed()
    {
        await database.ExecuteAsync(
            """
            create function public.clear_runtime() returns trigger language plpgsql as $$
            begin
                new.runtime_id := null;
                return new;
            end $$;
            create trigger clear_runtime before update of status on public.agent_task_queue
                for each row execute function public.clear_runtime()
            """);
        await database.Seed.UsageRow(await database.Seed.LoneTask());
        await DrainAsync();
        await database.ExecuteAsync("update public.agent_task_queue set status = 'failed'");
        await DrainAsync();
        (await database.BucketsAsync()).ShouldHaveSingleItem().RuntimeId.ShouldBeNull();
    }

    [Fact]
    public async Task A_before_trigger_of_the_application_that_dates_usage_back_is_noticed()
    {
        await database.ExecuteAsync(
            """
            create function public.date_back() returns trigger language plpgsql as $$
            begin
                new.created_at := timestamptz '2026-03-01 00:00:00+00';
                return new;
            end $$;
            create trigger date_back before insert or update on public.task_usage for each row execute function public.date_back()
            """);
        await database.Seed.UsageRow(await database.Seed.LoneTask());
        await DrainAsync();
        (await database.BucketsAsync()).ShouldHaveSingleItem().BucketHour.ShouldBe(NodaTime.Instant.FromUtc(2026, 3, 1, 0, 0));
    }

    [Fact]
    public async Task A_role_without_any_right_on_the_rollup_writes_usage_and_its_marks()
    {
        await database.Seed.UsageRow(await database.Seed.LoneTask());
        await DrainAsync();
        await AsWriterAsync(
            """
            update public.task_usage set input_tokens = 3;
            update public.agent_task_queue set runtime_id = null;
            insert into public.task_usage (task_id, model) select id, 'new' from public.agent_task_queue;
            update public.issue set project_id = null;
            update public.agent set workspace_id = workspace_id;
            delete from public.task_usage where model = 'new';
            """);
        await DrainAsync();
        (await database.BucketsAsync()).ShouldHaveSingleItem().InputTokens.ShouldBe(3);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => AsWriterAsync("select count(*) from usage_rollup.dirty"));
    }

    [Fact]
    public async Task Row_level_security_hides_nothing_from_the_marks()
    {
        await database.Seed.UsageRow(await database.Seed.LoneTask());
        await DrainAsync();
        await database.ExecuteAsync(
            """
            alter table public.agent_task_queue enable row level security;
            alter table public.agent enable row level security;
            alter table public.task_usage enable row level security;
            create policy seen on public.task_usage for select using (true);
            create policy written on public.task_usage for all using (true) with check (true)
            """);
        // The writer can't see any task or agent.
        await AsWriterAsync("update public.task_usage set created_at = created_at - interval '2 hours', input_tokens = 4");
        await DrainAsync();
        (await database.BucketsAsync()).ShouldHaveSingleItem().InputTokens.ShouldBe(4);
    }

    [Fact]
    public async Task A_session_that_shadows_functions_operators_types_and_tables_changes_no_mark()
    {
        var (task, other) = (await database.Seed.LoneTask(), await database.Seed.LoneTask());
        await database.Seed.UsageRow(task);
        await DrainAsync();
        await using var session = await OpenTransaction.BeginAsync(database);
        foreach (var sql in Shadows())
        {
            await session.ExecuteAsync(sql);
        }

        await session.ExecuteAsync("set local search_path = shadow, pg_temp, pg_catalog");
        await session.ExecuteAsync("update public.task_usage set input_tokens = 4");
        await session.ExecuteAsync("update public.task_usage set cost_usd_ticks = 5");
        await session.ExecuteAsync("update public.task_usage set created_at = pg_catalog.now(), task_id = @other", new { other });
        await session.ExecuteAsync("insert into public.task_usage (task_id, model, input_tokens) values (@task, 'new', 7)", new { task });
        await session.CommitAsync();
        await DrainAsync();
        (await database.BucketsAsync()).Sum(bucket => bucket.InputTokens).ShouldBe(11);
    }

    /// <summary>Shadows everything that the row triggers use, in places that come first in the search path.</summary>
    private static IEnumerable<string> Shadows()
    {
        yield return "create schema shadow";
        yield return """
            create function shadow.date_bin(interval, timestamptz, timestamptz) returns timestamptz language plpgsql as $$
            begin
                raise exception 'hijacked';
            end $$
            """;
        foreach (var type in new[] { "bigint", "timestamptz", "uuid", "text" })
        {
            yield return $"""
                create function shadow.trap({type}, {type}) returns boolean language plpgsql as $$
                begin
                    raise exception 'hijacked';
                end $$
                """;
            foreach (var name in new[] { "=", "<>", ">=", "<" })
            {
                yield return $"create operator shadow.{name} (leftarg = {type}, rightarg = {type}, function = shadow.trap)";
            }
        }

        yield return "create type shadow.interval as enum ('trap')";
        yield return "create temp table timestamptz (trap integer)";
        yield return "create temp table dirty (bucket_hour pg_catalog.timestamptz, task_id uuid)";
    }

    private async Task DrainAsync()
    {
        await using var engine = TestEngine.On(database);
        await engine.Engine.DrainAsync(cancellationToken: Cancellation);
        await database.ShouldBeExactAsync();
    }

    /// <summary>Runs statements as a role with privileges on the application's tables only.</summary>
    private async Task AsWriterAsync(string sql)
    {
        var role = $"writer_{Guid.NewGuid():n}";
        await database.ExecuteAsync(
            $"create role {role}; grant select, insert, update, delete on all tables in schema public to {role}");
        try
        {
            await using var writer = await OpenTransaction.BeginAsync(database);
            await writer.ExecuteAsync($"set local role {role}");
            await writer.ExecuteAsync(sql);
            await writer.CommitAsync();
        }
        finally
        {
            await database.ExecuteAsync($"drop owned by {role}; drop role {role}");
        }
    }
}
