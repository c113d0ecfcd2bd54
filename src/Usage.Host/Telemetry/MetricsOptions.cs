namespace Usage.Host.Telemetry;

/// <summary>Metrics of the program.</summary>
internal sealed class MetricsOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Usage:Metrics";

    /// <summary>Whether <c>GET /metrics</c> answers a Prometheus server. Default: false.</summary>
    public bool Prometheus { get; set; }

    /// <summary>
    /// Whether anybody who reaches the host may read <c>/metrics</c>; else it takes a token with the scope <c>usage.admin</c>. It holds
    /// counts and times, no names and no ids. Default: false. With <c>Usage:Auth:Mode=None</c> it makes no difference.
    /// </summary>
    public bool Anonymous { get; set; }

    /// <summary>
    /// Whether metrics are sent by OTLP, to where the standard variables say, such as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>. Default: false.
    /// </summary>
    public bool Otlp { get; set; }
}
