using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>
/// A rolling upgrade, as a host sees it that is still of the release before: the schema is one ahead. There is no release before the first; the
/// newer schema is one that adds, as every migration does before it removes.
/// </summary>
public sealed class NewerSchemaTests(PostgresFixture postgres)
{
    private const string NextRelease = """
        insert into usage_rollup.migration (id, type, version, description, name, checksum, installed_by, installed_on, success)
        select max(id) + 1, (select type from usage_rollup.migration where version is not null limit 1), (max(version::integer) + 1)::text, 'next', 'V9999__next.sql', 'x', 'test', now(), true
        from usage_rollup.migration where version is not null;
        alter table usage_rollup.dirty add column reason text;
        alter table usage_rollup.replica add column version text default '2';
        alter table usage_rollup.control add column limits jsonb;
        alter table usage_rollup.hourly add column reasoning_tokens bigint not null default 0;
        create table usage_rollup.later (id bigint primary key)
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_of_the_release_before_goes_on_beside_hosts_of_the_next()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var task = await database.Seed.LoneTask();
        await using var running = TestEngine.On(database);
        await running.Parts.Loop.StartAsync(Cancellation);
        await database.UntilAsync("select complete from usage_rollup.status");

        await database.ExecuteAsync(NextRelease);
        await database.Seed.UsageRow(task, createdAt: FreezePoint.Hour);
        await database.UntilAsync("select (select count(*) from usage_rollup.dirty) = 0 and (select count(*) from usage_rollup.hourly) = 1");

        // And one that starts now, as a crash in the middle of the roll-out makes it.
        await using var restarted = TestEngine.On(database);
        await restarted.Parts.Loop.StartAsync(Cancellation);
        await database.UntilAsync("select count(*) = 2 from usage_rollup.replica where heartbeat_at is not null");
        await database.ExecuteAsync("update public.agent_task_queue set runtime_id = null where id = @task", new { task });
        await database.UntilAsync("select (select count(*) from usage_rollup.dirty) = 0 and (select count(*) from usage_rollup.hourly where runtime_id is null) = 1");
        (await FaultTrial.FindingsAsync(database, Cancellation)).ShouldBeEmpty();
        await running.Parts.Loop.StopAsync(Cancellation);
        await restarted.Parts.Loop.StopAsync(Cancellation);
        await database.ShouldBeExactAsync();
    }
}
