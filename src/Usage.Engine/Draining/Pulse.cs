using Microsoft.Extensions.Options;
using Usage.Engine.Database;

namespace Usage.Engine.Draining;

/// <summary>Gives signs of life beside some work, so that a host that is frozen can be told from one whose work takes long.</summary>
internal sealed class Pulse(IOptions<UsageEngineOptions> options, TimeProvider time)
{
    /// <summary>Between two beats, at most.</summary>
    public static readonly TimeSpan Slowest = TimeSpan.FromSeconds(1);

    /// <summary>After a failure that is not the connection's, such as a missing table.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the work, and beats meanwhile: every second, or more often where a host counts as silent after a few.</summary>
    /// <param name="work">Under way. Its error is thrown.</param>
    /// <param name="beat">Its own errors are dropped: the next one follows. It is not interrupted when the work ends.</param>
    /// <param name="cancellationToken">Ends the beats, as it ends the work.</param>
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
                // Whatever it was, the work must outlive it; and who does not beat is seen to be silent.
                rest = ConnectionFailure.Is(error) ? interval : AfterRefusal;
            }
        }
    }
}
