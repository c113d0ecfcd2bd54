namespace Usage.Host.Telemetry;

/// <summary>Traces of the program.</summary>
internal sealed class TracesOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Usage:Traces";

    /// <summary>
    /// Whether spans of requests, drains, reports and recording are sent by OTLP, to where the standard variables say, such as
    /// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>. Default: false.
    /// </summary>
    public bool Otlp { get; set; }
}
