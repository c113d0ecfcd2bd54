namespace Usage.Dashboard.Addresses;

/// <summary>How a table is ordered: by a column, the most first unless it is text.</summary>
internal readonly record struct TableSort(string Column, bool Descending)
{
    private const string ByDefault = "cost";

    /// <summary>The order of one table in a page's state, of which one table at a time can be ordered by the reader.</summary>
    public static TableSort Of(string? sort, string table)
    {
        var parts = sort?.Split('.');
        return parts is [var name, var column] && name == table
            ? new(column.TrimStart('-'), Descending: column.StartsWith('-') == (column.TrimStart('-') == "name"))
            : new(ByDefault, Descending: true);
    }

    /// <summary>What orders by a column; the other way round where it does so already.</summary>
    public static string Next(TableSort current, string table, string column) =>
        current == Of($"{table}.{column}", table) ? $"{table}.-{column}" : $"{table}.{column}";
}
