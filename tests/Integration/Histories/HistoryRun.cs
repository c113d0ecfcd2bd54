using System.Collections.Concurrent;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Histories;

/// <summary>Runs histories on one database, each with fresh data.</summary>
internal sealed class HistoryRun(TestDatabase database, HistoryHosts hosts, Tally tally)
{
    /// <summary>Runs a history, drains it, and returns all violated invariants.</summary>
    public async Task<IReadOnlyList<string>> PlayAsync(History history, CancellationToken cancellationToken)
    {
        hosts.Disconnect();
        await database.ExecuteAsync(World.ClearSql);
        foreach (var statement in World.Restoration)
        {
            await database.ExecuteAsync(statement.Sql);
        }

        ConcurrentQueue<string> problems = [];
        Settlement settlement = new(database, hosts);
        var silenceEnds = history.Drainers.Any(plan => plan.SilenceAllowed is not null);
        var drainers = history.Drainers
            .Select((plan, number) => new DrainerRun(hosts, $"host-{number + 1}", plan, silenceEnds, tally)).ToArray();
        using var stopCalls = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var stopLoops = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var calls = drainers.Where(drainer => !drainer.Background).Select(drainer => drainer.RunAsync(stopCalls.Token)).ToArray();
        var loops = drainers.Where(drainer => drainer.Background).Select(drainer => drainer.RunAsync(stopLoops.Token)).ToArray();
        try
        {
            await Task.WhenAll(history.Writers.Select(writer => WriteAsync(writer, problems, cancellationToken)));
            await stopCalls.CancelAsync();
            await Task.WhenAll(calls);
            await settlement.MakeComputableAsync();
            if (loops.Length > 0 && !await settlement.DrainedByOthersAsync())
            {
                problems.Enqueue("the background loops left marks");
            }
        }
        finally
        {
            await stopCalls.CancelAsync();
            await stopLoops.CancelAsync();
            await Task.WhenAll([.. calls, .. loops]);
        }

        tally.Histories++;
        var unsettled = await settlement.CheckAsync(cancellationToken);
        return [.. problems, .. drainers.SelectMany(drainer => drainer.Errors), .. unsettled];
    }

    private async Task WriteAsync(Writer writer, ConcurrentQueue<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            await new WriterRun(hosts.Writers, tally).RunAsync(writer, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            problems.Enqueue($"a writer fails: {error.Message}");
        }
    }
}
