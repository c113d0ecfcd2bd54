namespace Usage.Engine.Schema.Checks;

/// <summary>DDL that adds what the engine requires. It is shown to operators and never executed. Pure.</summary>
internal static class RemedySql
{
    public static string CreateTable(RequiredTable table) =>
        $"create table {Qualified(table.Name)} (" + string.Join(", ", [
            .. table.Columns.Where(column => column.Presence is not Presence.Optional).Select(Definition),
            .. table.Keys.Select((key, place) => $"{(place == 0 ? "primary key" : "unique")} ({Columns(key)})"),
            .. table.References.Select(ForeignKey)]) + ");";

    /// <summary>A NOT NULL column without a default must be filled first.</summary>
    public static string AddColumn(RequiredTable table, RequiredColumn column) =>
        column is { Nulls: NullRule.Forbidden, Default: null }
            ? $"{Alter(table)} add column {column.Name} {TypeOf(column.Kind)}; -- fill it, then: {SetNotNull(table, column)}"
            : $"{Alter(table)} add column {Definition(column)};";

    public static string ChangeType(RequiredTable table, RequiredColumn column, string from)
    {
        var type = TypeOf(column.Kind);
        var conversion = from == "timestamp without time zone" ? $"{column.Name} at time zone 'UTC'" : $"{column.Name}::{type}";
        return $"{Alter(table)} alter column {column.Name} type {type} using {conversion};";
    }

    public static string CompareBytes(RequiredTable table, RequiredColumn column) =>
        $"""{Alter(table)} alter column {column.Name} type {TypeOf(column.Kind)} collate "default";""";

    public static string SetNotNull(RequiredTable table, RequiredColumn column) =>
        (column.Default is { } value ? $"update {Qualified(table.Name)} set {column.Name} = {value} where {column.Name} is null; " : "")
        + $"{Alter(table)} alter column {column.Name} set not null;";

    public static string DropNotNull(RequiredTable table, RequiredColumn column) =>
        $"{Alter(table)} alter column {column.Name} drop not null;";

    public static string AddKey(RequiredTable table, IReadOnlyList<string> key) => $"{Alter(table)} add unique ({Columns(key)});";

    public static string AddReference(RequiredTable table, RequiredReference reference) => $"{Alter(table)} add {ForeignKey(reference)};";

    public static string Validate(RequiredTable table, string constraint) => $"{Alter(table)} validate constraint {Quoted(constraint)};";

    public static string Qualified(string table) => $"public.{(table == "user" ? "\"user\"" : table)}";

    public static string Columns(IEnumerable<string> columns) => string.Join(", ", columns);

    public static string TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Id => "uuid",
        ColumnKind.Count => "bigint",
        ColumnKind.Time => "timestamp with time zone",
        _ => "text",
    };

    private static string Alter(RequiredTable table) => $"alter table {Qualified(table.Name)}";

    private static string Definition(RequiredColumn column) =>
        $"{column.Name} {TypeOf(column.Kind)}{(column.Nulls is NullRule.Forbidden ? " not null" : "")}"
        + (column.Default is { } value ? $" default {value}" : "");

    private static string ForeignKey(RequiredReference reference) =>
        $"foreign key ({reference.Column}) references {Qualified(reference.Target)} (id) on delete {reference.OnDelete}";

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
