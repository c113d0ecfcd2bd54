namespace Usage.Engine.Standby;

/// <summary>What a report's server must have.</summary>
/// <param name="Needed">The position that the standby must have replayed; null if any will do.</param>
/// <param name="OnPrimary">Whether the standby is out of the question.</param>
internal sealed record ReadPoint(PrimarySight? Needed, bool OnPrimary)
{
    /// <summary>For a report that may lack the newest changes.</summary>
    public static ReadPoint Any { get; } = new(Needed: null, OnPrimary: false);

    public static ReadPoint Primary { get; } = new(Needed: null, OnPrimary: true);
}
