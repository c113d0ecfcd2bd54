namespace Usage.Engine.Schema.Checks;

/// <summary>What the engine requires of one of the application's tables. Anything else in it is up to the application.</summary>
/// <param name="Name">Its name in schema <c>public</c>.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Keys">The unique keys.</param>
/// <param name="References">The foreign keys, each to a table's <c>id</c>.</param>
internal sealed record RequiredTable(
    string Name, IReadOnlyList<RequiredColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Keys, IReadOnlyList<RequiredReference> References);

/// <summary>A column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">The kind of type that is required.</param>
/// <param name="Nulls">Whether NULL is allowed, forbidden or required to be possible.</param>
/// <param name="Presence">When it must exist.</param>
/// <param name="Default">The default as a SQL expression; null for none.</param>
internal sealed record RequiredColumn(
    string Name, ColumnKind Kind, NullRule Nulls = NullRule.Any, Presence Presence = Presence.Always, string? Default = null);

/// <summary>A foreign key to another table's <c>id</c>.</summary>
/// <param name="Column">The column.</param>
/// <param name="Target">The other table.</param>
/// <param name="OnDelete">
/// The delete action in tables that Usage creates. An application's own tables may use any action; the rollup follows it.
/// </param>
internal sealed record RequiredReference(string Column, string Target, string OnDelete);

/// <summary>The kind of type that a column must have.</summary>
internal enum ColumnKind
{
    /// <summary>A <c>uuid</c>.</summary>
    Id,

    /// <summary>
    /// Text that is part of a bucket's key: compared byte by byte without padding, so neither <c>citext</c> nor <c>char(n)</c>.
    /// </summary>
    KeyText,

    /// <summary>Text that is only displayed: any string type.</summary>
    Label,

    /// <summary>One of a few values: any string type, or an enum.</summary>
    Word,

    /// <summary>A <c>bigint</c>.</summary>
    Count,

    /// <summary>An instant: <c>timestamp with time zone</c>.</summary>
    Time,
}

/// <summary>Whether a column may contain NULL.</summary>
internal enum NullRule
{
    /// <summary>NULL is allowed.</summary>
    Any,

    /// <summary>NULL is forbidden: such a row would be missing from a bucket, a mark or an attribution.</summary>
    Forbidden,

    /// <summary>NULL must be possible: the engine writes it.</summary>
    Allowed,
}

/// <summary>When a column must exist.</summary>
internal enum Presence
{
    /// <summary>Before Usage is installed.</summary>
    Always,

    /// <summary>Once Usage's migrations are applied, which add it if it is missing.</summary>
    Installed,

    /// <summary>Never; but if it exists, it must have the right type.</summary>
    Optional,
}
