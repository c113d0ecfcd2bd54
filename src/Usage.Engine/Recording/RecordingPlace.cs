using Npgsql;

namespace Usage.Engine.Recording;

/// <summary>The connection and transaction that a report is written in.</summary>
/// <param name="Connection">An open connection.</param>
/// <param name="Transaction">The transaction that the caller passed; null if there is none, or if it is ambient.</param>
/// <param name="IsOfTheCaller">Whether the caller owns the transaction and ends it.</param>
internal readonly record struct RecordingPlace(NpgsqlConnection Connection, NpgsqlTransaction? Transaction, bool IsOfTheCaller)
{
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    public static RecordingPlace In(NpgsqlTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return new(
            transaction.Connection ?? throw new InvalidOperationException("The transaction has ended. Pass an open one."),
            transaction, IsOfTheCaller: true);
    }
}
