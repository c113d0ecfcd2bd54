using NodaTime;
using Npgsql;

namespace Usage.Engine.Pricing;

/// <summary>The statements on the table of prices and on what it was before.</summary>
internal static class PriceTable
{
    private const string SelectSql = """
        select provider, model, valid_from, input, output, cache_read, cache_write, cache_write_1h, above_tokens
        from usage_rollup.model_price
        order by provider, model, valid_from nulls first, above_tokens
        """;

    /// <summary>Lets reports read on, and imports wait for each other: what a preview shows is what is stored.</summary>
    private const string LockSql = "lock table usage_rollup.model_price in share row exclusive mode";

    private const string AddImportSql = """
        insert into usage_rollup.price_import (source, format, sha256) values (@source, @format, @sha256) returning id
        """;

    private const string EndSql = """
        with ended as (
            delete from usage_rollup.model_price p
            using unnest(@provider, @model, @valid_from, @above_tokens) d (provider, model, valid_from, above_tokens)
            where p.provider = d.provider and p.model = d.model and p.valid_from is not distinct from d.valid_from
              and p.above_tokens = d.above_tokens
            returning p.*)
        insert into usage_rollup.former_price (
            provider, model, input, output, cache_read, cache_write, cache_write_1h, valid_from, above_tokens, import_id, ended_by)
        select provider, model, input, output, cache_read, cache_write, cache_write_1h, valid_from, above_tokens, import_id, @import
        from ended
        """;

    private const string AddSql = """
        insert into usage_rollup.model_price (
            provider, model, valid_from, above_tokens, input, output, cache_read, cache_write, cache_write_1h, import_id)
        select p.provider, p.model, p.valid_from, p.above_tokens, p.input, p.output, p.cache_read, p.cache_write, p.cache_write_1h, @import
        from unnest(@provider, @model, @valid_from, @above_tokens, @input, @output, @cache_read, @cache_write, @cache_write_1h)
            p (provider, model, valid_from, above_tokens, input, output, cache_read, cache_write, cache_write_1h)
        """;

    public static Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ExecuteAsync(new(LockSql, connection), cancellationToken);

    public static async Task<IReadOnlyList<ModelPrice>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
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
                reader.GetDecimal(3), reader.GetDecimal(4), reader.GetDecimal(5), reader.GetDecimal(6),
                reader.IsDBNull(7) ? null : reader.GetDecimal(7), reader.GetInt64(8)));
        }

        return prices;
    }

    /// <summary>Stores a change, and keeps what it ends.</summary>
    public static async Task StoreAsync(
        NpgsqlConnection connection, PriceListChange change, PriceSource source, CancellationToken cancellationToken)
    {
        NpgsqlCommand begin = new(AddImportSql, connection)
        {
            Parameters = { new("source", source.Name), new("format", PriceFormats.NameOf(source.Format)), new("sha256", source.Sha256) },
        };
        await using var _begin = begin.ConfigureAwait(false);
        var import = (long)(await begin.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        await ExecuteAsync(
            WithKeys(new(EndSql, connection), import, [.. change.Removed, .. change.Changed.Select(price => price.Before)]),
            cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(
            Add(connection, import, [.. change.Added, .. change.Changed.Select(price => price.After)]), cancellationToken).ConfigureAwait(false);
    }

    public static async Task ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static NpgsqlCommand Add(NpgsqlConnection connection, long import, IReadOnlyList<ModelPrice> prices)
    {
        var command = WithKeys(new(AddSql, connection), import, prices);
        command.Parameters.AddWithValue("input", prices.Select(price => price.Input).ToArray());
        command.Parameters.AddWithValue("output", prices.Select(price => price.Output).ToArray());
        command.Parameters.AddWithValue("cache_read", prices.Select(price => price.CacheRead).ToArray());
        command.Parameters.AddWithValue("cache_write", prices.Select(price => price.CacheWrite).ToArray());
        command.Parameters.AddWithValue("cache_write_1h", prices.Select(price => price.CacheWrite1h).ToArray());
        return command;
    }

    private static NpgsqlCommand WithKeys(NpgsqlCommand command, long import, IReadOnlyList<ModelPrice> prices)
    {
        command.Parameters.AddWithValue("import", import);
        command.Parameters.AddWithValue("provider", prices.Select(price => price.Provider).ToArray());
        command.Parameters.AddWithValue("model", prices.Select(price => price.Model).ToArray());
        command.Parameters.AddWithValue("valid_from", prices.Select(price => price.ValidFrom).ToArray());
        command.Parameters.AddWithValue("above_tokens", prices.Select(price => price.AboveTokens).ToArray());
        return command;
    }
}
