namespace Usage.Engine.Schema.Checks;

/// <summary>A table of the application as a database has it.</summary>
/// <param name="Name">Its name in schema <c>public</c>.</param>
/// <param name="IsTable">Whether it stores rows, partitioned or not: no view, no foreign table.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Keys">The columns of each unique key that holds at every instant and for every row, in any order.</param>
/// <param name="References">Its foreign keys, column by column.</param>
internal sealed record CatalogTable(
    string Name, bool IsTable, IReadOnlyList<CatalogColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Keys,
    IReadOnlyList<CatalogReference> References);

/// <summary>A column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type without a length; of a domain, the type beneath.</param>
/// <param name="IsString">Whether that is a string type.</param>
/// <param name="IsEnum">Whether that is an enum.</param>
/// <param name="NotNull">Whether no row has NULL there.</param>
/// <param name="ComparesBytes">Whether two values are equal only if they are the same text: false for a nondeterministic collation.</param>
internal sealed record CatalogColumn(string Name, string Type, bool IsString, bool IsEnum, bool NotNull, bool ComparesBytes);

/// <summary>A column that a foreign key ties to a column of another table.</summary>
/// <param name="Column">The column.</param>
/// <param name="Target">The other table, in schema <c>public</c>.</param>
/// <param name="TargetColumn">The other table's column.</param>
/// <param name="Constraint">The foreign key's name.</param>
/// <param name="Validated">Whether it holds for every row there is.</param>
internal sealed record CatalogReference(string Column, string Target, string TargetColumn, string Constraint, bool Validated);
