namespace Usage.Engine.Schema.Checks;

/// <summary>Compares what a database has with what the engine relies on. Pure.</summary>
internal static class SchemaComparison
{
    /// <summary>Everything that is missing, in an order in which it can be mended.</summary>
    /// <param name="required">What the engine relies on.</param>
    /// <param name="found">What the database has.</param>
    /// <param name="installed">Whether what Usage adds must be there too.</param>
    public static IEnumerable<SchemaProblem> Problems(
        IEnumerable<RequiredTable> required, IEnumerable<CatalogTable> found, bool installed)
    {
        var tables = found.ToDictionary(table => table.Name);
        return required.SelectMany(table => tables.TryGetValue(table.Name, out var has) switch
        {
            false => [new SchemaProblem($"there is no table public.{table.Name}", MendingSql.CreateTable(table))],
            true when !has!.IsTable =>
                [new SchemaProblem($"public.{table.Name} is a view or a foreign table", "Usage needs a table that stores its rows here.")],
            true => Columns(table, has!, installed).Concat(Keys(table, has!)).Concat(References(table, has!)),
        });
    }

    private static IEnumerable<SchemaProblem> Columns(RequiredTable table, CatalogTable has, bool installed)
    {
        foreach (var column in table.Columns)
        {
            if (has.Columns.FirstOrDefault(one => one.Name == column.Name) is { } found)
            {
                if (Problem(table, column, found) is { } problem)
                {
                    yield return problem;
                }
            }
            else if (column.Presence is Presence.Always || (installed && column.Presence is Presence.Installed))
            {
                yield return new(
                    $"public.{table.Name} has no column {column.Name} {MendingSql.TypeOf(column.Kind)}", MendingSql.AddColumn(table, column));
            }
        }
    }

    private static SchemaProblem? Problem(RequiredTable table, RequiredColumn column, CatalogColumn found)
    {
        var name = $"public.{table.Name}.{column.Name}";
        return !Fits(column.Kind, found)
                ? new($"{name} is {found.Type}, not {MendingSql.TypeOf(column.Kind)}", MendingSql.ChangeType(table, column, found.Type))
            : column.Kind is ColumnKind.KeyText && !found.ComparesBytes
                ? new($"{name} has a collation that takes different texts for equal", MendingSql.CompareBytes(table, column))
            : column.Nulls is NullRule.Forbidden && !found.NotNull
                ? new($"{name} may be NULL", MendingSql.SetNotNull(table, column))
            : column.Nulls is NullRule.Allowed && found.NotNull
                ? new($"{name} may not be NULL, which stands for a price that is not known", MendingSql.DropNotNull(table, column))
            : null;
    }

    private static bool Fits(ColumnKind kind, CatalogColumn found) => kind switch
    {
        ColumnKind.KeyText => found.Type is "text" or "character varying",
        ColumnKind.Label => found.IsString,
        ColumnKind.Word => found.IsString || found.IsEnum,
        _ => found.Type == MendingSql.TypeOf(kind),
    };

    private static IEnumerable<SchemaProblem> Keys(RequiredTable table, CatalogTable has) =>
        from key in table.Keys
        where !has.Keys.Any(one => one.Count == key.Count && one.All(key.Contains))
        select new SchemaProblem(
            $"public.{table.Name} has no unique key on ({MendingSql.Columns(key)}), for all rows and not deferrable", MendingSql.AddKey(table, key));

    private static IEnumerable<SchemaProblem> References(RequiredTable table, CatalogTable has)
    {
        foreach (var reference in table.References)
        {
            var candidates = has.References
                .Where(one => one.Column == reference.Column && one.Target == reference.Target && one.TargetColumn == "id").ToArray();
            if (candidates.Any(one => one.Validated))
            {
                continue;
            }

            yield return candidates is [var one, ..]
                ? new(
                    $"the foreign key {one.Constraint} of public.{table.Name} is not validated: rows from before it may have no {reference.Target}",
                    MendingSql.Validate(table, one.Constraint))
                : new(
                    $"public.{table.Name}.{reference.Column} is no foreign key to public.{reference.Target}",
                    MendingSql.AddReference(table, reference));
        }
    }
}
