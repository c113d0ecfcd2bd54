namespace Usage.Engine.Recording;

/// <summary>What the recorder does with usage of frozen hours.</summary>
public enum LateUsage
{
    /// <summary>Stores it. Drains list it in <c>usage_rollup.late_usage</c>; no report contains it.</summary>
    Accept,

    /// <summary>Refuses the report, with a problem for each entry that is late.</summary>
    Refuse,
}
