using System.Data;
using Npgsql;

namespace Usage.Engine.Maintenance;

/// <summary>Verifies and repairs all history on schedule, in one replica at a time.</summary>
internal sealed class ScheduledVerifier(NpgsqlDataSource database, VerificationJournal journal)
{
    /// <returns>The report; null if it isn't due, or another replica is at it.</returns>
    public async Task<VerifyReport?> VerifyWhenDueAsync(CancellationToken cancellationToken)
    {
        if (!await journal.IsFreeAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var _transaction = transaction.ConfigureAwait(false);
        if (!await journal.TakeTurnAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        // What the previous holder of the turn recorded is visible now: it may have done what was due.
        await Verifier.LockAsync(connection, cancellationToken).ConfigureAwait(false);
        if (!await journal.IsDueAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var report = await Verifier.FindAsync(
            connection, HourRange.Covering(null, null), listAtMost: 0, repair: true, progress: null, cancellationToken).ConfigureAwait(false);
        await journal.RecordAsync(connection, report, scheduled: true, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return report;
    }
}
