namespace Usage.Engine.Schema.Checks;

/// <summary>Compares the database with what the engine requires. Pure.</summary>
internal static class SchemaComparison
{
    /// <summary>Everything that is missing, in an order in which it can be fixed.</summary>
    /// <param name="required">What the engine requires.</param>
    /// <param name="found">What the database has.</param>
    /// <param name="installed">Whether the columns that Usage adds must exist too.</param>
    public static IEnumerable<SchemaProblem> Problems(
        IEnumerable<RequiredTable> required, IEnumerable<CatalogTable> found, bool installed)
    {
        var tables = found.ToDictionary(table => table.Name);
        return required.SelectMany(table => tables.TryGetValue(table.Name, out var has) switch
        {
            false => [new SchemaProblem($"table public.{table.Name} is missing", RemedySql.CreateTable(table))],
            true when !has!.IsTable =>
                [new SchemaProblem($"public.{table.Name} is a view or a foreign table", "Replace it with an ordinary or partitioned table.")],
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
                    $"public.{table.Name} has no column {column.Name} {RemedySql.TypeOf(column.Kind)}", RemedySql.AddColumn(table, column));
            }
        }
    }

    private static SchemaProblem? Problem(RequiredTable table, RequiredColumn column, CatalogColumn found)
    {
        var name = $"public.{table.Name}.{column.Name}";
        return !Fits(column.Kind, found)
                ? new($"{name} is {found.Type}, not {RemedySql.TypeOf(column.Kind)}", RemedySql.ChangeType(table, column, found.Type))
            : column.Kind is ColumnKind.KeyText && !found.ComparesBytes
                ? new($"{name} has a nondeterministic collation, which treats different text as equal", RemedySql.CompareBytes(table, column))
            : column.Nulls is NullRule.Forbidden && !found.NotNull
                ? new($"{name} is nullable", RemedySql.SetNotNull(table, column))
            : column.Nulls is NullRule.Allowed && found.NotNull
                ? new($"{name} must be nullable, because NULL means that the cost is unknown", RemedySql.DropNotNull(table, column))
            : null;
    }

    private static bool Fits(ColumnKind kind, CatalogColumn found) => kind switch
    {
        ColumnKind.KeyText => found.Type is "text" or "character varying",
        ColumnKind.Label => found.IsString,
        ColumnKind.Word => found.IsString || found.IsEnum,
        _ => found.Type == RemedySql.TypeOf(kind),
    };

    private static IEnumerable<SchemaProblem> Keys(RequiredTable table, CatalogTable has) =>
        from key in table.Keys
        where !has.Keys.Any(one => one.Count == key.Count && one.All(key.Contains))
        select new SchemaProblem(
            $"public.{table.Name} has no unique key on ({RemedySql.Columns(key)}) that covers all rows and is not deferrable", RemedySql.AddKey(table, key));

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
                    $"foreign key {one.Constraint} of public.{table.Name} is not validated: existing rows may refer to a missing {reference.Target}",
                    RemedySql.Validate(table, one.Constraint))
                : new(
                    $"public.{table.Name}.{reference.Column} has no foreign key to public.{reference.Target}",
                    RemedySql.AddReference(table, reference));
        }
    }
}
