namespace Usage.Dashboard.Addresses;

/// <summary>A table's sort order: descending by default, ascending for text.</summary>
internal readonly record struct TableSort(string Column, bool Descending)
{
    private const string ByDefault = "cost";

    /// <summary>The sort order of a table. A page's state can sort one table at a time.</summary>
    public static TableSort Of(string? sort, string table)
    {
        var parts = sort?.Split('.');
        return parts is [var name, var column] && name == table
            ? new(column.TrimStart('-'), Descending: column.StartsWith('-') == (column.TrimStart('-') == "name"))
            : new(ByDefault, Descending: true);
    }

    /// <summary>The sort order after a click on a column header: reverses the order if the column is already sorted.</summary>
    public static string Next(TableSort current, string table, string column) =>
        current == Of($"{table}.{column}", table) ? $"{table}.-{column}" : $"{table}.{column}";
}
