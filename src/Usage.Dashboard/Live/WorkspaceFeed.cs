using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;

namespace Usage.Dashboard.Live;

/// <summary>Tells all viewers of a workspace that its usage has changed; the database is asked once for all of them.</summary>
internal sealed class WorkspaceFeed(ChangeReader changes, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string Changed = "changed";
    public const string Alive = "alive";

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Watch> watches = [];

    /// <summary>The workspaces that are watched now.</summary>
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

    /// <summary>The version that a viewer begins with, then each later one as it comes, until the viewer leaves or the host stops.</summary>
    public async IAsyncEnumerable<SseItem<string>> WatchAsync(
        Guid workspace, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var watch = Enter(workspace);
        try
        {
            for (var known = -1L; ;)
            {
                var version = await NextAsync(watch, known, either.Token).ConfigureAwait(false);
                if (version is null)
                {
                    yield break;
                }

                yield return new(version.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), version == known ? Alive : Changed);
                known = version.Value;
            }
        }
        finally
        {
            Leave(workspace, watch);
        }
    }

    /// <summary>The next version; the known one when none comes for long; null at the end.</summary>
    private async Task<long?> NextAsync(Watch watch, long known, CancellationToken cancellationToken)
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
                watches.Add(workspace, watch = new(workspace, changes, time));
            }

            watch.Viewers++;
            return watch;
        }
    }

    private void Leave(Guid workspace, Watch watch)
    {
        lock (gate)
        {
            if (--watch.Viewers == 0)
            {
                watches.Remove(workspace);
                watch.Dispose();
            }
        }
    }
}
