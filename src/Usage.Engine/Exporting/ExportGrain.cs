namespace Usage.Engine.Exporting;

/// <summary>The period that a row of an export is about.</summary>
public enum ExportGrain
{
    /// <summary>A local day of the window's zone.</summary>
    Day,

    /// <summary>A UTC hour, as far as it is in a local day of the window.</summary>
    Hour,
}
