using Usage.Engine;
using Usage.Engine.Marks;

namespace Usage.Tests.Integration.Histories;

/// <summary>Simulates a host that drains until it is stopped, and restarts when a drain dies.</summary>
internal sealed class DrainerRun
{
    private readonly HistoryHosts hosts;
    private readonly string name;
    private readonly Drainer plan;
    private readonly Random random;
    private readonly UnreliableObserver observer;
    private readonly ErrorLog log;

    /// <param name="silenceEnds">Whether a host's timeout is so short that it can end the transaction of a pausing one.</param>
    public DrainerRun(HistoryHosts hosts, string name, Drainer plan, bool silenceEnds, Tally tally)
    {
        this.hosts = hosts;
        this.name = name;
        this.plan = plan;
        random = new(plan.Seed);
        observer = new(plan, silenceEnds, () => hosts.KillBackendAsync(name), tally);
        log = new(error => error is OverflowException || observer.Caused(error));
    }

    public bool Background => plan.Background;

    /// <summary>Unexpected errors.</summary>
    public IEnumerable<string> Errors => log.Unplanned.Select(error => $"{name}: {error}");

    public Task RunAsync(CancellationToken stop) => plan.Background ? LoopAsync(stop) : CallAsync(stop);

    private async Task LoopAsync(CancellationToken stop)
    {
        using var loop = Start().Loop;
        await loop.StartAsync(CancellationToken.None);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await loop.StopAsync(CancellationToken.None);
    }

    private async Task CallAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await LiveAsync(Start(), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (observer.Caused(error))
            {
                // The host has died; the next one replaces it.
            }
            catch (Exception error)
            {
                log.Unplanned.Enqueue($"{error}");
                return;
            }
        }
    }

    /// <summary>One host: runs housekeeping once, may request a backfill, and drains for some time.</summary>
    private async Task LiveAsync(EngineParts parts, CancellationToken stop)
    {
        await parts.Housekeeping.RunWhenDueAsync(stop);
        if (random.Next(8) == 0)
        {
            await parts.Engine.BackfillAsync(new() { Drain = false }, cancellationToken: stop);
        }

        for (var left = random.Next(1, 12); left > 0; left--)
        {
            await parts.Engine.DrainAsync(cancellationToken: stop);
            // What housekeeping does once a minute, here often enough to happen between the two reads of another host's drain.
            await new MovedAgents(parts.Database).ForgetAsync(stop);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(4)), TimeProvider.System, stop);
        }
    }

    private EngineParts Start() => hosts.Start(name, observer, log.Loggers(), plan.SilenceAllowed);
}
