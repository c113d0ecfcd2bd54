namespace Usage.Dashboard.Addresses;

/// <summary>What a window's figures are compared with.</summary>
internal enum Comparison
{
    /// <summary>The latest preceding window that begins on the same weekday.</summary>
    Previous,

    /// <summary>The same weeks last year: 364 days earlier.</summary>
    Year,

    /// <summary>No comparison.</summary>
    None,
}

/// <summary>The measure that a trend shows.</summary>
internal enum Measure
{
    Cost,
    Tokens,

    /// <summary>Tasks, each once: in the column of its first usage in the window.</summary>
    Tasks,
}

/// <summary>The dimension by which the columns of a trend are stacked.</summary>
internal enum Grouping
{
    Model,
    Provider,
    Agent,
    Project,
    Runtime,

    /// <summary>Input, output, cache read and cache write. Tokens only.</summary>
    Class,
}

/// <summary>The period covered by one column of a trend.</summary>
internal enum Grain
{
    Hour,
    Day,
    Week,
    Month,
}
