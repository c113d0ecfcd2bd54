using Usage.Engine.Schema.Checks;

namespace Usage.Tests.Properties.Schema;

/// <summary>A catalog that meets all requirements, and the ways to violate one.</summary>
internal static class CompleteCatalog
{
    public static IReadOnlyList<CatalogTable> Tables { get; } =
    [
        .. ApplicationRequirements.Tables.Select(table => new CatalogTable(
            table.Name, IsTable: true,
            [.. table.Columns.Select(Column)],
            table.Keys,
            [.. table.References.Select(reference =>
                new CatalogReference(reference.Column, reference.Target, "id", $"{table.Name}_{reference.Column}_fkey", Validated: true))])),
    ];

    /// <summary>Every possible violation, with the text that the error must contain.</summary>
    public static IReadOnlyList<Fault> Faults { get; } = [.. ApplicationRequirements.Tables.SelectMany(FaultsOf)];

    public static IReadOnlyList<CatalogTable> With(IEnumerable<Fault> faults) => faults.Aggregate(
        Tables,
        (tables, fault) => [.. tables.Select(table => table.Name == fault.Table ? fault.Break(table) : table)]);

    private static CatalogColumn Column(RequiredColumn column) => new(
        column.Name, RemedySql.TypeOf(column.Kind), column.Kind is ColumnKind.KeyText or ColumnKind.Label or ColumnKind.Word,
        IsEnum: false, column.Nulls is NullRule.Forbidden, ComparesBytes: true);

    private static IEnumerable<Fault> FaultsOf(RequiredTable table)
    {
        foreach (var column in table.Columns)
        {
            var name = $"public.{table.Name}.{column.Name}";
            yield return Change(column, $"{name} is point, not", found => found with { Type = "point", IsString = false });
            if (column.Presence is not Presence.Optional)
            {
                yield return new(
                    table.Name, column.Name, $"public.{table.Name} has no column {column.Name} ",
                    has => has with { Columns = [.. has.Columns.Where(one => one.Name != column.Name)] });
            }

            if (column.Nulls is NullRule.Forbidden)
            {
                yield return Change(column, $"{name} is nullable", found => found with { NotNull = false });
            }

            if (column.Nulls is NullRule.Allowed)
            {
                yield return Change(column, $"{name} must be nullable", found => found with { NotNull = true });
            }

            if (column.Kind is ColumnKind.KeyText)
            {
                yield return Change(column, $"{name} has a nondeterministic collation", found => found with { ComparesBytes = false });
            }
        }

        foreach (var key in table.Keys)
        {
            yield return new(
                table.Name, "key", $"public.{table.Name} has no unique key on ({string.Join(", ", key)})",
                has => has with { Keys = [["other"], [.. key, "other"], .. key.Count > 1 ? (string[][])[[key[0]]] : []] });
        }

        foreach (var reference in table.References)
        {
            yield return Untie(reference, $"public.{table.Name}.{reference.Column} has no foreign key to public.{reference.Target}", _ => []);
            yield return Untie(
                reference, $"{table.Name}_{reference.Column}_fkey of public.{table.Name} is not validated", one => [one with { Validated = false }]);
        }

        Fault Change(RequiredColumn column, string message, Func<CatalogColumn, CatalogColumn> change) => new(
            table.Name, column.Name, message,
            has => has with { Columns = [.. has.Columns.Select(one => one.Name == column.Name ? change(one) : one)] });

        Fault Untie(RequiredReference reference, string message, Func<CatalogReference, CatalogReference[]> change) => new(
            table.Name, $"reference {reference.Column}", message,
            has => has with { References = [.. has.References.SelectMany(one => one.Column == reference.Column ? change(one) : [one])] });
    }
}

/// <summary>A violation. Of two violations in one place, only the first is reported.</summary>
internal sealed record Fault(string Table, string Place, string Message, Func<CatalogTable, CatalogTable> Break)
{
    public override string ToString() => Message;
}
