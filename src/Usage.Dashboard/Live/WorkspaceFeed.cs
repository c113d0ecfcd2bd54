using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Usage.Dashboard.Reading;

namespace Usage.Dashboard.Live;

/// <summary>Notifies all viewers of a workspace when its usage changes, with one database query for all of them.</summary>
internal sealed class WorkspaceFeed(ChangeReader changes, EngineState engine, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string Changed = "changed";
    public const string Alive = "alive";

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>How long polling goes on after the last viewer. A viewer who follows a link leaves and returns, and then finds the pages kept for this version.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(20);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, WorkspacePoll> polls = [];

    /// <summary>The workspaces that are polled now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return polls.Count;
            }
        }
    }

    /// <summary>The version that viewers of a workspace see now; null while nobody polls it.</summary>
    public string? VersionOf(Guid workspace)
    {
        lock (gate)
        {
            return polls.TryGetValue(workspace, out var poll) ? poll.Version : null;
        }
    }

    /// <summary>
    /// The current version, then each later one, until the viewer leaves, the time is over or the host stops.
    /// </summary>
    public async IAsyncEnumerable<SseItem<string>> WatchAsync(
        Guid workspace, TimeSpan life, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = new(life, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping, over.Token);
        var poll = Enter(workspace);
        try
        {
            for (string? known = null; ;)
            {
                var version = await NextAsync(poll, known, either.Token).ConfigureAwait(false);
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
            Leave(workspace, poll);
        }
    }

    /// <summary>The next version; the known one when none comes for long; null at the end.</summary>
    private async Task<string?> NextAsync(WorkspacePoll poll, string? known, CancellationToken cancellationToken)
    {
        try
        {
            return await poll.AfterAsync(known).WaitAsync(Heartbeat, time, cancellationToken).ConfigureAwait(false);
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

    private WorkspacePoll Enter(Guid workspace)
    {
        lock (gate)
        {
            if (!polls.TryGetValue(workspace, out var poll))
            {
                polls.Add(workspace, poll = new(new WorkspaceChanges(workspace, changes, engine, time), time));
            }

            poll.Viewers++;
            poll.Arrivals++;
            return poll;
        }
    }

    private void Leave(Guid workspace, WorkspacePoll poll)
    {
        lock (gate)
        {
            if (--poll.Viewers == 0)
            {
                _ = EndAfterwardsAsync(workspace, poll, poll.Arrivals);
            }
        }
    }

    /// <summary>Ends a poll, unless another viewer arrives in the meantime.</summary>
    private async Task EndAfterwardsAsync(Guid workspace, WorkspacePoll poll, long arrivals)
    {
        await Task.Delay(Afterwards, time, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
        {
            if (poll.Arrivals == arrivals)
            {
                polls.Remove(workspace);
                poll.Dispose();
            }
        }
    }
}
