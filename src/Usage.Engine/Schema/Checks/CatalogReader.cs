using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Schema.Checks;

/// <summary>Reads the application's existing tables from PostgreSQL's catalogs, which every role may read.</summary>
internal static class CatalogReader
{
    private const string TablesSql = """
        select c.relname::text, c.relkind in ('r', 'p')
        from pg_class c
        where c.relnamespace = to_regnamespace('public') and c.relname = any (@tables) and c.relkind in ('r', 'p', 'v', 'm', 'f')
        """;

    // PostgreSQL 18 lists NOT NULL constraints in pg_constraint and may not have validated them; older versions list none.
    private const string ColumnsSql = """
        select c.relname::text, a.attname::text, format_type(t.oid, null), t.typcategory = 'S', t.typtype = 'e',
               (a.attnotnull or t.not_null) and not exists (
                   select from pg_constraint n
                   where n.conrelid = a.attrelid and n.contype = 'n' and not n.convalidated and n.conkey = array[a.attnum]),
               coalesce(l.collisdeterministic, true)
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_collation l on l.oid = a.attcollation
        cross join lateral (
            with recursive beneath as (
                select y.oid, y.typtype, y.typcategory, y.typbasetype, y.typnotnull as not_null
                from pg_type y where y.oid = a.atttypid
                union all
                select y.oid, y.typtype, y.typcategory, y.typbasetype, y.typnotnull or b.not_null
                from beneath b join pg_type y on y.oid = b.typbasetype
                where b.typtype = 'd')
            select * from beneath where typtype <> 'd') t
        where c.relnamespace = to_regnamespace('public') and c.relname = any (@tables)
        order by c.relname, a.attnum
        """;

    private const string KeysSql = """
        select c.relname::text,
               array(select a.attname::text
                     from unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) k (attnum)
                     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum)
        from pg_class c
        join pg_index i on i.indrelid = c.oid
        where c.relnamespace = to_regnamespace('public') and c.relname = any (@tables)
          and i.indisunique and i.indisvalid and i.indimmediate and i.indpred is null and i.indexprs is null
        """;

    // A foreign key to a partitioned table has an additional row per partition; those rows have a parent.
    private const string ReferencesSql = """
        select c.relname::text, a.attname::text, f.relname::text, fa.attname::text, k.conname::text, k.convalidated
        from pg_class c
        join pg_constraint k on k.conrelid = c.oid and k.contype = 'f' and k.conparentid = 0
        join pg_class f on f.oid = k.confrelid and f.relnamespace = c.relnamespace
        cross join lateral unnest(k.conkey, k.confkey) u (attnum, target)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum
        join pg_attribute fa on fa.attrelid = k.confrelid and fa.attnum = u.target
        where c.relnamespace = to_regnamespace('public') and c.relname = any (@tables)
        """;

    /// <summary>Reads the tables with these names. Missing tables are left out.</summary>
    public static async Task<IReadOnlyList<CatalogTable>> ReadAsync(
        NpgsqlConnection connection, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var tables = names.ToArray();
        var batch = connection.CreateBatch();
        await using var _batch = batch.ConfigureAwait(false);
        foreach (var sql in (string[])[TablesSql, ColumnsSql, KeysSql, ReferencesSql])
        {
            batch.Add(sql).Parameters.AddWithValue("tables", tables);
        }

        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        var found = await RowsAsync(row => (Table: row.GetString(0), IsTable: row.GetBoolean(1))).ConfigureAwait(false);
        var columns = await NextAsync(row => (Table: row.GetString(0), Column: new CatalogColumn(
            row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetBoolean(4), row.GetBoolean(5), row.GetBoolean(6)))).ConfigureAwait(false);
        var keys = await NextAsync(row => (Table: row.GetString(0), Columns: row.GetFieldValue<string[]>(1))).ConfigureAwait(false);
        var references = await NextAsync(row => (Table: row.GetString(0), Reference: new CatalogReference(
            row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetBoolean(5)))).ConfigureAwait(false);
        return
        [
            .. found.Select(table => new CatalogTable(
                table.Table, table.IsTable,
                [.. columns.Where(column => column.Table == table.Table).Select(column => column.Column)],
                [.. keys.Where(key => key.Table == table.Table).Select(key => key.Columns)],
                [.. references.Where(reference => reference.Table == table.Table).Select(reference => reference.Reference)])),
        ];

        async Task<List<T>> NextAsync<T>(Func<NpgsqlDataReader, T> read)
        {
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            return await RowsAsync(read).ConfigureAwait(false);
        }

        async Task<List<T>> RowsAsync<T>(Func<NpgsqlDataReader, T> read)
        {
            List<T> rows = [];
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
    }
}
