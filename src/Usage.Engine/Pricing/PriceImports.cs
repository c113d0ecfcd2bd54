using NodaTime;
using Npgsql;

namespace Usage.Engine.Pricing;

/// <summary>The imports so far, and their undoing: the last one first.</summary>
internal static class PriceImports
{
    private const string ListSql = """
        select i.id, i.imported_at, i.source, i.format, i.sha256,
               (select count(*) from usage_rollup.model_price p where p.import_id = i.id),
               (select count(*) from usage_rollup.former_price f where f.ended_by = i.id),
               i.undone_at
        from usage_rollup.price_import i
        order by i.id desc
        """;

    private const string LastSql = "select max(id) from usage_rollup.price_import where undone_at is null";

    /// <summary>Nothing is after the last import: the rows that it brought are still there, and those that it ended are not.</summary>
    private const string UndoSql = """
        delete from usage_rollup.model_price where import_id = @import;
        insert into usage_rollup.model_price (
            provider, model, input, output, cache_read, cache_write, cache_write_1h, valid_from, above_tokens, import_id)
        select provider, model, input, output, cache_read, cache_write, cache_write_1h, valid_from, above_tokens, import_id
        from usage_rollup.former_price where ended_by = @import;
        delete from usage_rollup.former_price where ended_by = @import;
        update usage_rollup.price_import set undone_at = clock_timestamp() where id = @import;
        """;

    public static async Task<IReadOnlyList<PriceImport>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(ListSql, connection);
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<PriceImport> imports = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            imports.Add(new(
                reader.GetInt64(0), reader.GetFieldValue<Instant>(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                reader.GetInt64(5), reader.GetInt64(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<Instant>(7)));
        }

        return imports;
    }

    /// <summary>Undoes the last import that is not undone, in the transaction of the connection. False: there is none.</summary>
    public static async Task<bool> UndoLastAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand last = new(LastSql, connection);
        await using var _last = last.ConfigureAwait(false);
        if (await last.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not long import)
        {
            return false;
        }

        await PriceTable.ExecuteAsync(new(UndoSql, connection) { Parameters = { new("import", import) } }, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
