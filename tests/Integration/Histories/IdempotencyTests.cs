using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Draining;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Histories;

/// <summary>Once a history is drained, draining any part of it again writes nothing, not even an unchanged bucket.</summary>
public sealed class IdempotencyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    private const int Histories = 8;

    /// <summary>All kinds of marks, several of each.</summary>
    private const string MarkAllSql = """
        insert into usage_rollup.dirty (bucket_hour, task_id, issue_id, agent_id, origin)
        select null::timestamptz, null::uuid, null::uuid, null::uuid, 0
        union all
        select null, t.id, null, null, 0 from public.agent_task_queue t
        union all
        select null, null, i.id, null, 0 from public.issue i
        union all
        select null, null, null, a.id, 0 from public.agent a
        union all
        select date_bin('1 hour', u.created_at, timestamptz '2000-01-01 00:00:00+00'), u.task_id, null, null, n % 2
        from public.task_usage u cross join generate_series(1, 2) n
        where u.created_at >= '2000-01-01 00:00:00+00' and u.created_at < '2101-01-01 00:00:00+00'
        union all
        select h.bucket_hour, null, null, h.agent_id, 0 from usage_rollup.hourly h
        """;

    [Property(MaxTest = Histories)]
    public Property Draining_again_after_any_history_writes_nothing() => AfterAnyHistory(async (engines, _) =>
        (await engines[0].DrainAsync(cancellationToken: Cancellation)).ShouldSatisfyAllConditions(
            again => again.Marks.ShouldBe(0), again => again.Written.ShouldBe(0), again => again.Deleted.ShouldBe(0)));

    [Property(MaxTest = Histories)]
    public Property A_backfill_after_any_history_writes_nothing() => AfterAnyHistory(async (engines, _) =>
        (await engines[0].BackfillAsync(new(), cancellationToken: Cancellation)).ShouldSatisfyAllConditions(
            again => again.Written.ShouldBe(0), again => again.Deleted.ShouldBe(0), again => again.Failed.ShouldBe(0)));

    [Property(MaxTest = Histories)]
    public Property Marking_everything_anew_after_any_history_writes_nothing_whoever_drains_it() => AfterAnyHistory(async (engines, database) =>
    {
        await database.ExecuteAsync(MarkAllSql);
        var results = await Task.WhenAll(engines.Select(engine => engine.DrainAsync(cancellationToken: Cancellation)));
        var total = results.Aggregate(DrainResult.Add);
        (total.Written, total.Deleted, total.Failed).ShouldBe((0, 0, 0));
        (await database.ScalarAsync<bool>("select not exists (select from usage_rollup.dirty)")).ShouldBeTrue();
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Runs and drains a history, then an action that must not change the rollup.</summary>
    private Property AfterAnyHistory(Func<IUsageEngine[], TestDatabase, Task> again) => Prop.ForAll(HistoryGenerator.Any, async history =>
    {
        var database = fixture.Database;
        await using HistoryHosts hosts = new(database, superuser: await database.ScalarAsync<string>("show is_superuser") == "on");
        (await new HistoryRun(database, hosts, new()).PlayAsync(history, Cancellation)).ShouldBeEmpty();
        var before = await RawGroupBy.FingerprintAsync(database);
        await again(
            [.. Enumerable.Range(1, 3).Select(number => hosts.Start($"again-{number}", observer: null, NullLoggerFactory.Instance).Engine)],
            database);
        (await RawGroupBy.FingerprintAsync(database)).ShouldBe(before, "a row was written");
    });
}
