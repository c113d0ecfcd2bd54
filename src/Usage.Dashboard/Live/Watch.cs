using Npgsql;

namespace Usage.Dashboard.Live;

/// <summary>Polls for changes of one workspace while it has viewers.</summary>
internal sealed class Watch : IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(700);

    /// <summary>Polling takes at most this fraction of the time: 1 / PauseFactor.</summary>
    private const int PauseFactor = 30;

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long version;

    public Watch(Guid workspace, ChangeReader changes, TimeProvider time) => _ = LoopAsync(workspace, changes, time);

    /// <summary>Number of viewers; guarded by the feed's lock.</summary>
    public int Viewers { get; set; }

    /// <summary>Ends the loop.</summary>
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    /// <summary>Completes with the version once it differs from the known one.</summary>
    public async Task<long> AfterAsync(long known)
    {
        while (true)
        {
            Task changed;
            lock (gate)
            {
                if (version != known)
                {
                    return version;
                }

                changed = next.Task;
            }

            await changed.ConfigureAwait(false);
        }
    }

    private async Task LoopAsync(Guid workspace, ChangeReader changes, TimeProvider time)
    {
        var stopping = stop.Token;
        await Task.Yield();
        ChangeMark? last = null;
        while (!stopping.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                var now = await changes.ReadAsync(workspace, last, stopping).ConfigureAwait(false);
                if (last is not null && now.Shows(last))
                {
                    Publish();
                }

                last = now;
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
                await Task.Delay(ShortestPause * PauseFactor, time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Publish()
    {
        TaskCompletionSource changed;
        lock (gate)
        {
            version++;
            (changed, next) = (next, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }
}
