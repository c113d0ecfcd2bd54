namespace Usage.Engine.Reporting;

/// <summary>Which window a window is compared with.</summary>
public enum WindowComparison
{
    /// <summary>With none.</summary>
    None,

    /// <summary>
    /// With as many days before it, moved back by whole weeks, so that each day is compared with the same weekday: 30 days are moved by 35.
    /// </summary>
    Previous,

    /// <summary>With the same dates one year earlier; 29 February becomes 28 February.</summary>
    PreviousYear,
}
