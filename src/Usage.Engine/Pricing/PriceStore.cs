using System.Data;
using NodaTime;
using Npgsql;

namespace Usage.Engine.Pricing;

/// <summary>Stores the model prices in the database.</summary>
public sealed class PriceStore
{
    private const string SelectSql = """
        select provider, model, valid_from, input, output, cache_read, cache_write
        from usage_rollup.model_price
        order by provider, model, valid_from nulls first
        """;

    /// <summary>Serialises imports, so that a preview shows what an import would store. Doesn't block readers.</summary>
    private const string LockSql = "lock table usage_rollup.model_price in share row exclusive mode";

    private const string UpsertSql = """
        insert into usage_rollup.model_price (provider, model, valid_from, input, output, cache_read, cache_write)
        select * from unnest(@provider, @model, @valid_from, @input, @output, @cache_read, @cache_write)
        on conflict (provider, model, valid_from) do update
        set input = excluded.input, output = excluded.output, cache_read = excluded.cache_read, cache_write = excluded.cache_write
        """;

    private const string DeleteSql = """
        delete from usage_rollup.model_price p
        using unnest(@provider, @model, @valid_from) d (provider, model, valid_from)
        where p.provider = d.provider and p.model = d.model and p.valid_from is not distinct from d.valid_from
        """;

    private readonly NpgsqlDataSource database;

    internal PriceStore(NpgsqlDataSource database) => this.database = database;

    /// <summary>Every price, ordered by provider, model and date.</summary>
    public async Task<IReadOnlyList<ModelPrice>> ListAsync(CancellationToken cancellationToken = default)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        return await ListAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A price book of the current prices.</summary>
    internal async Task<PriceBook> ReadAsync(CancellationToken cancellationToken = default) => new(await ListAsync(cancellationToken).ConfigureAwait(false));

    internal async Task<CostEstimate> ReadEstimateAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken).ConfigureAwait(false)).ToEstimate();

    /// <summary>
    /// Adds new prices and updates those that differ, in one transaction. By default, prices that the list lacks are kept.
    /// </summary>
    /// <param name="list">The prices, at most one per provider, model and date.</param>
    /// <param name="preview">Only reports what would change.</param>
    /// <param name="replace">Also removes the prices that the list lacks.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    public async Task<PriceListChange> ImportAsync(
        IReadOnlyList<ModelPrice> list, bool preview = false, bool replace = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(list);
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var _transaction = transaction.ConfigureAwait(false);
        await ExecuteAsync(new(LockSql, connection), cancellationToken).ConfigureAwait(false);
        var change = PriceListChange.Between(await ListAsync(connection, cancellationToken).ConfigureAwait(false), list, replace);
        if (!preview && !change.IsEmpty)
        {
            await ExecuteAsync(WithKeys(new(DeleteSql, connection), change.Removed), cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(Upsert(connection, [.. change.Added, .. change.Changed.Select(changed => changed.After)]), cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        return change;
    }

    /// <summary>Imports the built-in price list if no price is stored. Returns the number of prices imported.</summary>
    public async Task<int> LoadStartListAsync(CancellationToken cancellationToken = default) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).Count > 0
            ? 0
            : (await ImportAsync(PriceList.ReadStartList(), cancellationToken: cancellationToken).ConfigureAwait(false)).Added.Count;

    private static async Task<IReadOnlyList<ModelPrice>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(SelectSql, connection);
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<ModelPrice> prices = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            prices.Add(new(
                reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<LocalDate>(2),
                reader.GetDecimal(3), reader.GetDecimal(4), reader.GetDecimal(5), reader.GetDecimal(6)));
        }

        return prices;
    }

    private static NpgsqlCommand Upsert(NpgsqlConnection connection, IReadOnlyList<ModelPrice> prices)
    {
        var command = WithKeys(new(UpsertSql, connection), prices);
        command.Parameters.AddWithValue("input", prices.Select(price => price.Input).ToArray());
        command.Parameters.AddWithValue("output", prices.Select(price => price.Output).ToArray());
        command.Parameters.AddWithValue("cache_read", prices.Select(price => price.CacheRead).ToArray());
        command.Parameters.AddWithValue("cache_write", prices.Select(price => price.CacheWrite).ToArray());
        return command;
    }

    private static NpgsqlCommand WithKeys(NpgsqlCommand command, IReadOnlyList<ModelPrice> prices)
    {
        command.Parameters.AddWithValue("provider", prices.Select(price => price.Provider).ToArray());
        command.Parameters.AddWithValue("model", prices.Select(price => price.Model).ToArray());
        command.Parameters.AddWithValue("valid_from", prices.Select(price => price.ValidFrom).ToArray());
        return command;
    }

    private static async Task ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
