using Npgsql;

namespace Usage.Dashboard.Live;

/// <summary>Polls for changes of one workspace while it has viewers.</summary>
internal sealed class WorkspacePoll : IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(20);

    /// <summary>Polling takes at most this fraction of the time: 1 / PauseFactor.</summary>
    private const int PauseFactor = 30;

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();

    /// <summary>Makes versions unique across polls and hosts: equal versions mean equal figures.</summary>
    private readonly string name = Guid.NewGuid().ToString("N")[..8];

    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long number;

    public WorkspacePoll(WorkspaceChanges changes, TimeProvider time)
    {
        // The loop outlives the request that started it and must not inherit its execution context.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => LoopAsync(changes, time));
        }
    }

    /// <summary>Number of viewers; guarded by the feed's lock.</summary>
    public int Viewers { get; set; }

    /// <summary>Number of viewers that there ever were; guarded by the feed's lock.</summary>
    public long Arrivals { get; set; }

    /// <summary>Changes whenever the visible data changes.</summary>
    public string Version
    {
        get
        {
            lock (gate)
            {
                return $"{name}.{number}";
            }
        }
    }

    /// <summary>Ends the loop.</summary>
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    /// <summary>Completes with the version once it differs from the known one.</summary>
    public async Task<string> AfterAsync(string? known)
    {
        while (true)
        {
            Task changed;
            lock (gate)
            {
                if (Version is var version && version != known)
                {
                    return version;
                }

                changed = next.Task;
            }

            await changed.ConfigureAwait(false);
        }
    }

    private async Task LoopAsync(WorkspaceChanges changes, TimeProvider time)
    {
        var stopping = stop.Token;
        while (!stopping.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                if (await changes.HasChangedAsync(stopping).ConfigureAwait(false))
                {
                    Publish();
                }

                var pause = time.GetElapsedTime(started) * PauseFactor;
                await Task.Delay(pause > ShortestPause ? pause : ShortestPause, time, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException)
            {
                // Pages report errors when they are read; just keep polling.
                await Task.Delay(PauseAfterFailure, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Publish()
    {
        TaskCompletionSource changed;
        lock (gate)
        {
            number++;
            (changed, next) = (next, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }
}
