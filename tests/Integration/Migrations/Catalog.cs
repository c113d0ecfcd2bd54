using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Migrations;

/// <summary>A database's schema as text, one line per object.</summary>
internal static class Catalog
{
    private const string ReadSql = """
        with spaces as (
            select oid, nspname from pg_namespace
            where nspname <> 'information_schema' and nspname not like 'pg\_%')
        select 'schema ' || nspname from spaces
        union all
        select format('relation %I.%I kind %s options %s rls %s', s.nspname, c.relname, c.relkind, c.reloptions, c.relrowsecurity)
        from pg_class c join spaces s on s.oid = c.relnamespace
        where c.relkind <> 'i'
        union all
        select format('column %s.%I %s %s default %s identity %s generated %s comment %s', c.oid::regclass, a.attname,
                      format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
                      col_description(a.attrelid, a.attnum))
        from pg_class c join spaces s on s.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relkind in ('r', 'p', 'v')
        union all
        select format('constraint %s %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
        from pg_constraint c join spaces s on s.oid = c.connamespace
        union all
        select format('index %s valid %s', pg_get_indexdef(i.indexrelid), i.indisvalid)
        from pg_index i join pg_class c on c.oid = i.indexrelid join spaces s on s.oid = c.relnamespace
        union all
        select format('trigger %s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)
        from pg_trigger t join pg_class c on c.oid = t.tgrelid join spaces s on s.oid = c.relnamespace
        where not t.tgisinternal
        union all
        select format('function %s', pg_get_functiondef(p.oid)) from pg_proc p join spaces s on s.oid = p.pronamespace
        union all
        select format('type %s %s', t.oid::regtype, e.enumlabel)
        from pg_type t join spaces s on s.oid = t.typnamespace join pg_enum e on e.enumtypid = t.oid
        order by 1
        """;

    public static Task<IReadOnlyList<string>> ReadAsync(TestDatabase database) => database.QueryAsync<string>(ReadSql);
}
