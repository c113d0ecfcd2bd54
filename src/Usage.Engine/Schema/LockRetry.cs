using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>
/// Repeats a schema change that did not get its lock in time. While it waits for a lock, every writer queues behind it; so it waits
/// a tenth of a second and comes again, for three minutes.
/// </summary>
internal sealed class LockRetry(TimeProvider time)
{
    private const int Attempts = 360;

    /// <summary>Of so many attempts, one is told.</summary>
    private const int Told = 25;

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(400);

    /// <exception cref="UsageSchemaException">No attempt got the lock.</exception>
    public async Task RunAsync(Func<Task> change, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await change().ConfigureAwait(false);
                return;
            }
            catch (Exception error) when (LostRace(error) is { } reason)
            {
                if (attempt == Attempts)
                {
                    throw new UsageSchemaException(
                        $"One of the application's tables was locked in all {Attempts} attempts. End the transaction that holds the lock, "
                        + $"and run migrate again; completed steps are kept. {reason}", error);
                }

                if (attempt % Told == 1)
                {
                    progress?.Report($"A table is locked ({reason}). Retrying (attempt {attempt + 1} of {Attempts}).");
                }

                await Task.Delay(Rest, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static string? LostRace(Exception? error) => error switch
    {
        null => null,
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected } lost => lost.MessageText,
        _ => LostRace(error.InnerException),
    };
}
