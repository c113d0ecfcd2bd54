using System.Data;
using Npgsql;

namespace Usage.Engine.Pricing;

/// <summary>Stores the model prices in the database.</summary>
public sealed class PriceStore
{
    private readonly NpgsqlDataSource database;

    internal PriceStore(NpgsqlDataSource database) => this.database = database;

    /// <summary>Every price, by provider, model, date and tier.</summary>
    public async Task<IReadOnlyList<ModelPrice>> ListAsync(CancellationToken cancellationToken = default)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        return await PriceTable.ListAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Every import, the last one first.</summary>
    public async Task<IReadOnlyList<PriceImport>> ListImportsAsync(CancellationToken cancellationToken = default)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        return await PriceImports.ListAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A price book of the current prices.</summary>
    internal async Task<PriceBook> ReadAsync(CancellationToken cancellationToken = default) => new(await ListAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>A price book of the prices in a connection's snapshot.</summary>
    internal static async Task<PriceBook> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        new(await PriceTable.ListAsync(connection, cancellationToken).ConfigureAwait(false));

    internal static async Task<CostEstimate> ReadEstimateAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await ReadAsync(connection, cancellationToken).ConfigureAwait(false)).ToEstimate();

    /// <summary>
    /// Adds what is new and changes what differs, in one transaction. Prices that the list lacks stay. What is changed or removed
    /// is kept, so that the import can be undone.
    /// </summary>
    /// <param name="list">The prices, at most one for a provider, model, date and tier.</param>
    /// <param name="source">Where the list comes from, which is kept with each price.</param>
    /// <param name="preview">Only reports what would change.</param>
    /// <param name="replace">Also removes the prices that the list lacks.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    public Task<PriceListChange> ImportAsync(
        IReadOnlyList<ModelPrice> list, PriceSource source, bool preview = false, bool replace = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(source);
        return ChangeAsync(preview, async (connection, stored) =>
        {
            var change = PriceListChange.Between(stored, source.HasDates ? list : [.. PricesInForce.Without(list, stored)], replace);
            if (!change.IsEmpty)
            {
                await PriceTable.StoreAsync(connection, change, source, cancellationToken).ConfigureAwait(false);
            }

            return change;
        }, cancellationToken);
    }

    /// <summary>Undoes the last import that is not undone: what it brought goes, and what it ended comes back.</summary>
    /// <param name="preview">Only reports what would change.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <returns>The changes; null if there is no import to undo.</returns>
    public async Task<PriceListChange?> UndoAsync(bool preview = false, CancellationToken cancellationToken = default)
    {
        var isUndone = false;
        var change = await ChangeAsync(preview, async (connection, stored) =>
        {
            isUndone = await PriceImports.UndoLastAsync(connection, cancellationToken).ConfigureAwait(false);
            return PriceListChange.Between(
                stored, await PriceTable.ListAsync(connection, cancellationToken).ConfigureAwait(false), replace: true);
        }, cancellationToken).ConfigureAwait(false);
        return isUndone ? change : null;
    }

    /// <summary>Loads the list that ships with the program, when there is no price at all. Says how many it loaded.</summary>
    public async Task<int> LoadStartListAsync(CancellationToken cancellationToken = default)
    {
        if ((await ListAsync(cancellationToken).ConfigureAwait(false)).Count > 0)
        {
            return 0;
        }

        var start = PriceListFile.ReadStartList();
        return (await ImportAsync(start.Prices, start.Source, cancellationToken: cancellationToken).ConfigureAwait(false)).Added.Count;
    }

    private async Task<PriceListChange> ChangeAsync(
        bool preview, Func<NpgsqlConnection, IReadOnlyList<ModelPrice>, Task<PriceListChange>> store, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var _transaction = transaction.ConfigureAwait(false);
        await PriceTable.LockAsync(connection, cancellationToken).ConfigureAwait(false);
        var stored = await PriceTable.ListAsync(connection, cancellationToken).ConfigureAwait(false);
        var change = await store(connection, stored).ConfigureAwait(false);
        if (!change.IsEmpty)
        {
            change = change with
            {
                Repriced = await RepricedDays.FindAsync(
                    connection, new(stored), new(change.Apply(stored)), cancellationToken).ConfigureAwait(false),
            };
        }

        if (!preview)
        {
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        return change;
    }
}
