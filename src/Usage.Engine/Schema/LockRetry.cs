using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>
/// Retries a schema change that did not get its lock in time. Writers queue behind a waiting lock request, so each attempt waits
/// only briefly.
/// </summary>
internal sealed class LockRetry(TimeProvider time)
{
    private const int Attempts = 60;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

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

                progress?.Report($"A table is locked ({reason}). Retrying in {Rest.TotalSeconds} s (attempt {attempt + 1} of {Attempts}).");
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
