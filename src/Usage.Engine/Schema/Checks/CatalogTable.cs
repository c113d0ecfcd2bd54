namespace Usage.Engine.Schema.Checks;

/// <summary>One of the application's tables, as it exists in the database.</summary>
/// <param name="Name">Its name in schema <c>public</c>.</param>
/// <param name="IsTable">Whether it is an ordinary or partitioned table, rather than a view or a foreign table.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Keys">The columns of each unique key that is not deferrable and has no predicate, in any order.</param>
/// <param name="References">Its foreign keys, column by column.</param>
internal sealed record CatalogTable(
    string Name, bool IsTable, IReadOnlyList<CatalogColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Keys,
    IReadOnlyList<CatalogReference> References);

/// <summary>A column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type without a length; for a domain, the base type.</param>
/// <param name="IsString">Whether the type is a string type.</param>
/// <param name="IsEnum">Whether the type is an enum.</param>
/// <param name="NotNull">Whether it has a validated NOT NULL constraint.</param>
/// <param name="ComparesBytes">Whether values are equal only if their bytes are: false for a nondeterministic collation.</param>
internal sealed record CatalogColumn(string Name, string Type, bool IsString, bool IsEnum, bool NotNull, bool ComparesBytes);

/// <summary>A foreign key from one column to a column of another table.</summary>
/// <param name="Column">The column.</param>
/// <param name="Target">The other table, in schema <c>public</c>.</param>
/// <param name="TargetColumn">The other table's column.</param>
/// <param name="Constraint">The foreign key's name.</param>
/// <param name="Validated">Whether it is validated for all existing rows.</param>
internal sealed record CatalogReference(string Column, string Target, string TargetColumn, string Constraint, bool Validated);
