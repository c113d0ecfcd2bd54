using Npgsql;

namespace Usage.Demo;

/// <summary>
/// Lets one demo at a time prepare a database; the next one waits, and then finds the history complete. A session lock on a
/// connection of its own, which ends with the process. It is polled, because a session that waits for a lock would block
/// concurrent index builds.
/// </summary>
internal sealed class DemoLock : IAsyncDisposable
{
    /// <summary>The key is "demo" in ASCII.</summary>
    private const string TryLock = "select pg_try_advisory_lock(1684368751)";

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    private readonly NpgsqlConnection connection;

    private DemoLock(NpgsqlConnection connection) => this.connection = connection;

    public static async Task<DemoLock> TakeAsync(
        string connectionString, Action<string> say, TimeProvider time, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = new(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, ApplicationName = "usage demo" }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using NpgsqlCommand command = new(TryLock, connection);
            for (var tries = 0; await command.ExecuteScalarAsync(cancellationToken) is not true; tries++)
            {
                if (tries == 0)
                {
                    say("Another demo is preparing this database. Waiting for it; press Ctrl-C to stop. "
                        + "To run two demos separately, set USAGE_HOME or ConnectionStrings__Usage.");
                }

                await Task.Delay(BetweenTries, time, cancellationToken);
            }

            return new(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
