namespace Usage.Engine.Schema.Checks;

/// <summary>A table of the application with what the engine relies on in it. Whatever else it has is the application's business.</summary>
/// <param name="Name">Its name in schema <c>public</c>.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Keys">The unique keys.</param>
/// <param name="References">The foreign keys, each to a table's <c>id</c>.</param>
internal sealed record RequiredTable(
    string Name, IReadOnlyList<RequiredColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Keys, IReadOnlyList<RequiredReference> References);

/// <summary>A column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its type must be able to do.</param>
/// <param name="Nulls">Whether a NULL there would make figures wrong, or must be possible.</param>
/// <param name="Presence">Whether it must be there.</param>
/// <param name="Default">What a value is before anybody sets it, as SQL; null for none.</param>
internal sealed record RequiredColumn(
    string Name, ColumnKind Kind, NullRule Nulls = NullRule.Any, Presence Presence = Presence.Always, string? Default = null);

/// <summary>A foreign key to another table's <c>id</c>.</summary>
/// <param name="Column">The column.</param>
/// <param name="Target">The other table.</param>
/// <param name="OnDelete">
/// What deleting the other row does in a table that Usage creates. In an application's own, every action is right: the rollup follows.
/// </param>
internal sealed record RequiredReference(string Column, string Target, string OnDelete);

/// <summary>What a column's type must be able to do.</summary>
internal enum ColumnKind
{
    /// <summary>A <c>uuid</c>.</summary>
    Id,

    /// <summary>Text that buckets are keyed by: compared byte by byte, without padding, so neither <c>citext</c> nor <c>char(n)</c>.</summary>
    KeyText,

    /// <summary>Text that is only shown: any string type.</summary>
    Label,

    /// <summary>One of a few words: any string type, or an enum.</summary>
    Word,

    /// <summary>A <c>bigint</c>.</summary>
    Count,

    /// <summary>An instant: <c>timestamp with time zone</c>.</summary>
    Time,
}

/// <summary>Which NULLs a column may have.</summary>
internal enum NullRule
{
    /// <summary>None or some.</summary>
    Any,

    /// <summary>None: a NULL would be left out of a bucket, a mark or an attribution.</summary>
    Forbidden,

    /// <summary>The engine writes NULL.</summary>
    Allowed,
}

/// <summary>When a column must be there.</summary>
internal enum Presence
{
    /// <summary>Before anything of Usage is installed.</summary>
    Always,

    /// <summary>Once Usage's migrations are applied: they add it where it is missing.</summary>
    Installed,

    /// <summary>Never; but where it is, it has the right type.</summary>
    Optional,
}
