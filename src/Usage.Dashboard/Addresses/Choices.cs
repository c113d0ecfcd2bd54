namespace Usage.Dashboard.Addresses;

/// <summary>What a window's figures are compared with.</summary>
internal enum Comparison
{
    /// <summary>The latest window before that begins on the same weekday.</summary>
    Previous,

    /// <summary>The same weeks a year ago: 364 days before.</summary>
    Year,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>What a trend shows.</summary>
internal enum Measure
{
    Cost,
    Tokens,
}

/// <summary>What the columns of a trend are stacked by.</summary>
internal enum Grouping
{
    Model,
    Provider,
    Agent,
    Project,

    /// <summary>Input, output, cache read, cache write; of tokens only.</summary>
    Class,
}

/// <summary>What a column of a trend stands for.</summary>
internal enum Grain
{
    Hour,
    Day,
    Week,
    Month,
}
