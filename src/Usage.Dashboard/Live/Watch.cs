using Npgsql;

namespace Usage.Dashboard.Live;

/// <summary>Looks for changes of one workspace while anybody watches it.</summary>
internal sealed class Watch : IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(700);

    /// <summary>Looking takes at most one part in so many of the time.</summary>
    private const int PauseFactor = 30;

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long version;

    public Watch(Guid workspace, ChangeReader changes, TimeProvider time) => _ = LoopAsync(workspace, changes, time);

    /// <summary>How many watch; guarded by the feed's lock.</summary>
    public int Viewers { get; set; }

    /// <summary>Ends the loop.</summary>
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    /// <summary>The version as soon as it is another than the known one.</summary>
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
                // The pages say what is wrong when they are read; this only goes on looking.
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
