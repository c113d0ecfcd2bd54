using Microsoft.Extensions.Options;
using Usage.Engine.Database;

namespace Usage.Engine.Draining;

/// <summary>Sends heartbeats during an operation, so that a frozen host can be distinguished from a slow one.</summary>
internal sealed class Heartbeat(IOptions<UsageEngineOptions> options, TimeProvider time)
{
    /// <summary>Longest interval between heartbeats.</summary>
    public static readonly TimeSpan Slowest = TimeSpan.FromSeconds(1);

    /// <summary>Delay after an error other than a connection failure, such as a missing table.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Awaits the work and sends heartbeats meanwhile: every second, or more often if SilentHostTimeout is short.
    /// </summary>
    /// <param name="work">The running operation. Its exception is rethrown.</param>
    /// <param name="beat">
    /// Sends a heartbeat. Errors are ignored, because the next one follows. It is not cancelled when the work ends.
    /// </param>
    /// <param name="cancellationToken">Ends the heartbeats together with the work.</param>
    public async Task DuringAsync(Task work, Func<CancellationToken, Task> beat, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beats = RepeatAsync(beat, over.Token, cancellationToken);
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await over.CancelAsync().ConfigureAwait(false);
        await beats.ConfigureAwait(false);
        await work.ConfigureAwait(false);
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> beat, CancellationToken over, CancellationToken cancellationToken)
    {
        var quarter = options.Value.SilentHostTimeout / 4;
        var interval = quarter < Slowest ? quarter : Slowest;
        var rest = interval;
        while (true)
        {
            await Task.Delay(rest, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await beat(cancellationToken).ConfigureAwait(false);
                rest = interval;
            }
            catch (Exception error)
            {
                // The work must survive any error here; a missing heartbeat is noticed elsewhere.
                rest = ConnectionFailure.Is(error) ? interval : AfterRefusal;
            }
        }
    }
}
