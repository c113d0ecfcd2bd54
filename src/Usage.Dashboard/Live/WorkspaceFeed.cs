using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Usage.Dashboard.Reading;

namespace Usage.Dashboard.Live;

/// <summary>Tells all viewers of a workspace that its usage has changed; the database is asked once for all of them.</summary>
internal sealed class WorkspaceFeed(ChangeReader changes, EngineState engine, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string Changed = "changed";
    public const string Alive = "alive";

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>How long a watch goes on without a viewer: who follows a link leaves and comes back, and finds what is kept of this version.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(20);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Watch> watches = [];

    /// <summary>The workspaces that are watched now, or were a moment ago.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return watches.Count;
            }
        }
    }

    /// <summary>The version that viewers of a workspace see now; null while nobody watches it, nor did a moment ago.</summary>
    public string? VersionOf(Guid workspace)
    {
        lock (gate)
        {
            return watches.TryGetValue(workspace, out var watch) ? watch.Version : null;
        }
    }

    /// <summary>
    /// The version that a viewer begins with, then each later one as it comes, until the viewer leaves, the time is over or the host stops.
    /// </summary>
    public async IAsyncEnumerable<SseItem<string>> WatchAsync(
        Guid workspace, TimeSpan life, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = new(life, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping, over.Token);
        var watch = Enter(workspace);
        try
        {
            for (string? known = null; ;)
            {
                var version = await NextAsync(watch, known, either.Token).ConfigureAwait(false);
                if (version is null)
                {
                    yield break;
                }

                yield return new(version, version == known ? Alive : Changed);
                known = version;
            }
        }
        finally
        {
            Leave(workspace, watch);
        }
    }

    /// <summary>The next version; the known one when none comes for long; null at the end.</summary>
    private async Task<string?> NextAsync(Watch watch, string? known, CancellationToken cancellationToken)
    {
        try
        {
            return await watch.AfterAsync(known).WaitAsync(Heartbeat, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return known;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private Watch Enter(Guid workspace)
    {
        lock (gate)
        {
            if (!watches.TryGetValue(workspace, out var watch))
            {
                watches.Add(workspace, watch = new(new WorkspaceLook(workspace, changes, engine, time), time));
            }

            watch.Viewers++;
            watch.Arrivals++;
            return watch;
        }
    }

    private void Leave(Guid workspace, Watch watch)
    {
        lock (gate)
        {
            if (--watch.Viewers == 0)
            {
                _ = EndAfterwardsAsync(workspace, watch, watch.Arrivals);
            }
        }
    }

    /// <summary>Ends a watch, unless another viewer arrives in the meantime.</summary>
    private async Task EndAfterwardsAsync(Guid workspace, Watch watch, long arrivals)
    {
        await Task.Delay(Afterwards, time, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
        {
            if (watch.Arrivals == arrivals)
            {
                watches.Remove(workspace);
                watch.Dispose();
            }
        }
    }
}
