using Npgsql;

namespace Usage.Engine.Recording;

/// <summary>Where a report is written: on a connection, in a transaction of its own or of the caller's.</summary>
/// <param name="Connection">An open connection.</param>
/// <param name="Transaction">The transaction that the caller passed; null where there is none, and in an ambient scope.</param>
/// <param name="IsOfTheCaller">Whether the transaction is the caller's, who alone ends it.</param>
internal readonly record struct RecordingPlace(NpgsqlConnection Connection, NpgsqlTransaction? Transaction, bool IsOfTheCaller)
{
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    public static RecordingPlace In(NpgsqlTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return new(
            transaction.Connection ?? throw new InvalidOperationException("The transaction has ended: pass one that is open."),
            transaction, IsOfTheCaller: true);
    }
}
