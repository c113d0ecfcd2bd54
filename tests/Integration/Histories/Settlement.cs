using Microsoft.Extensions.Logging.Abstractions;
using Usage.Engine;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;

namespace Usage.Tests.Integration.Histories;

/// <summary>Checks the invariants after the writers have stopped.</summary>
internal sealed class Settlement(TestDatabase database, HistoryHosts hosts)
{
    /// <summary>More tokens than the sum of two rows may have.</summary>
    public const long Excessive = 6_000_000_000_000_000_000;

    private const int DrainersAtOnce = 3;

    private const string MarksSql = """
        select d::text from usage_rollup.dirty d
        where not exists (
            select from usage_rollup.set_aside s
            where s.bucket_hour is not distinct from d.bucket_hour
              and (s.bucket_hour is not null and s.agent_id is null or s.agent_id is not distinct from d.agent_id))
        """;

    private readonly List<string> problems = [];

    /// <summary>Removes rows that can't be summed, so that every hour can be computed.</summary>
    public Task MakeComputableAsync() => database.ExecuteAsync(
        "update public.task_usage set output_tokens = 1 where output_tokens >= @Excessive", new { Excessive });

    /// <summary>Waits until the running hosts have drained everything; returns false if they don't.</summary>
    public async Task<bool> DrainedByOthersAsync()
    {
        try
        {
            await database.UntilAsync("select not exists (select from usage_rollup.dirty)");
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Drains everything, and returns all violated invariants.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            Enumerable.Range(1, DrainersAtOnce).Select(number => DrainAsync(Host($"calm-{number}"), cancellationToken)));
        await database.UntilAsync("select not exists (select from usage_rollup.set_aside where retry_at > clock_timestamp())");
        var host = Host("calm-1");
        await host.Engine.DrainAsync(cancellationToken: cancellationToken);
        Require(await database.ScalarAsync<bool>("select not exists (select from usage_rollup.dirty)"), "marks are left");

        problems.AddRange(await RawGroupBy.DifferencesAsync(database));
        var report = await host.Engine.VerifyAsync(new(), cancellationToken: cancellationToken);
        Require(
            report is { DriftCount: 0, NotBackfilled: false, PendingHours.Count: 0 },
            $"the verifier finds {report.DriftCount} buckets and {report.PendingHours.Count} hours pending, {report.HoursNotBackfilled} not counted: "
            + string.Join("; ", report.Drift));

        await CheckRepetitionAsync(host, cancellationToken);
        await host.Housekeeping.RunWhenDueAsync(cancellationToken);
        await database.UntilMovedAgentsAreForgottenAsync(cancellationToken);
        await RequireEmptyAsync("usage_rollup.set_aside");
        await database.UntilAsync("""
            select not exists (
                select from pg_locks
                where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()))
            """);
        return problems;
    }

    /// <summary>If one of several concurrent drains reports completion, nothing may be pending.</summary>
    private async Task DrainAsync(EngineParts host, CancellationToken cancellationToken)
    {
        await host.Engine.DrainAsync(cancellationToken: cancellationToken);
        var left = await database.QueryAsync<string>(MarksSql);
        lock (problems)
        {
            problems.AddRange(left.Select(mark => $"a drain ended before this mark was drained: {mark}"));
        }
    }

    private async Task CheckRepetitionAsync(EngineParts host, CancellationToken cancellationToken)
    {
        var before = await RawGroupBy.FingerprintAsync(database);
        var again = await host.Engine.DrainAsync(cancellationToken: cancellationToken);
        Require(again.Marks == 0, $"draining again did {again}");
        var backfill = await host.Engine.BackfillAsync(new(), cancellationToken: cancellationToken);
        Require(backfill is { Written: 0, Deleted: 0, Failed: 0 }, $"a backfill of a correct rollup did {backfill}");
        Require(await RawGroupBy.FingerprintAsync(database) == before, "a backfill of a correct rollup wrote to it");
    }

    private async Task RequireEmptyAsync(string table)
    {
        var rows = await database.QueryAsync<string>($"select x::text from {table} x");
        problems.AddRange(rows.Select(row => $"{table} keeps {row}"));
    }

    private void Require(bool holds, string problem)
    {
        if (!holds)
        {
            problems.Add(problem);
        }
    }

    private EngineParts Host(string name) => hosts.Start(name, observer: null, NullLoggerFactory.Instance);
}
