using Microsoft.Extensions.Logging.Abstractions;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Usage.Tests.Integration.Histories;

namespace Usage.Tests.Integration.Soak;

/// <summary>
/// Writers of every event, hosts that drain, pause, die and lose their backends, a transaction that is open all along, and a reader that
/// checks, all at the same time. Then everything settles, and must hold.
/// </summary>
internal sealed class LongRun(TestDatabase database, HistoryHosts hosts, Tally tally)
{
    private const int Writers = 4;
    private const int DeadMarks = 300_000;

    private const string MarkSql = """
        insert into usage_rollup.dirty (bucket_hour, task_id)
        select timestamptz '2026-03-01 00:00:00+00' + make_interval(hours => n % 200), gen_random_uuid() from generate_series(1, @marks) n
        """;

    private static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(1);

    private readonly SoakTable table = new();
    private readonly string[] mortal = ["host-1", "host-2", "host-3", "host-4"];

    public async Task<SoakTable> RunAsync(TimeSpan duration, ulong seed, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(World.ClearSql);
        foreach (var statement in World.Restoration)
        {
            await database.ExecuteAsync(statement.Sql);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        var calm = hosts.Start("calm", new TimedClaims(table.Claims, tally.Drained), NullLoggerFactory.Instance);
        DrainerRun[] drainers = [.. mortal.Select((name, number) => new DrainerRun(
            hosts, name, new(Background: number < 2, Pauses: 10, Deaths: 10, SilenceAllowed: null, Seed: (int)(seed % int.MaxValue) + number),
            silenceEnds: true, tally))];
        await using (var old = await OpenTransaction.BeginAsync(database, System.Data.IsolationLevel.RepeatableRead))
        {
            await old.ScalarAsync<long>("select count(*) from usage_rollup.dirty");
            await database.ExecuteAsync(MarkSql, new { marks = DeadMarks });
            await calm.Loop.StartAsync(cancellationToken);
            Task[] work =
            [
                .. drainers.Select(drainer => drainer.RunAsync(stop.Token)),
                .. Enumerable.Range(0, Writers).Select(number => WriteAsync(seed + ((ulong)number << 32), stop.Token)),
                new SoakReader(database, hosts.Start("reader", observer: null, NullLoggerFactory.Instance).Engine, table).RunAsync(stop.Token),
                KillAsync((int)(seed % int.MaxValue), stop.Token),
            ];
            await Task.WhenAny(Task.WhenAll(work), Task.Delay(duration, TimeProvider.System, cancellationToken));
            await stop.CancelAsync();
            await Task.WhenAll(work);
            await database.ExecuteAsync("analyze usage_rollup.dirty");
            table.DeadMarks = await database.ScalarAsync<long>(
                "select n_dead_tup from pg_stat_all_tables where relid = 'usage_rollup.dirty'::regclass");
        }

        await calm.Loop.StopAsync(cancellationToken);
        table.Duration = TimeProvider.System.GetElapsedTime(started);
        await SettleAsync(drainers, cancellationToken);
        return table;
    }

    private async Task SettleAsync(DrainerRun[] drainers, CancellationToken cancellationToken)
    {
        hosts.Disconnect();
        Settlement settlement = new(database, hosts);
        await settlement.MakeComputableAsync();
        table.Problems =
            [.. table.Problems, .. drainers.SelectMany(drainer => drainer.Errors), .. await settlement.CheckAsync(cancellationToken)];
        (table.Transactions, table.Drains, table.Deaths) = (tally.Transactions, tally.Drains, tally.DeathsInAll);
    }

    /// <summary>Plays the writers of one history after the other, in the world as the others leave it.</summary>
    private async Task WriteAsync(ulong seed, CancellationToken stop)
    {
        WriterRun run = new(hosts.Writers, tally);
        for (var history = seed; !stop.IsCancellationRequested; history++)
        {
            foreach (var writer in HistoryGenerator.Any.Of(history).Writers)
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                await run.RunAsync(writer, CancellationToken.None);
            }

            foreach (var statement in World.Restoration)
            {
                await run.RunAsync(new([new("read committed", [statement], Commits: true)]), CancellationToken.None);
            }
        }
    }

    private async Task KillAsync(int seed, CancellationToken stop)
    {
        Random random = new(seed);
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(BetweenKills, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            table.Kills += await database.ScalarAsync<long>(
                """
                select count(pg_terminate_backend(pid)) from (
                    select pid from pg_stat_activity where datname = current_database() and application_name = @name order by random() limit 1) one
                """,
                new { name = mortal[random.Next(mortal.Length)] });
        }
    }
}
