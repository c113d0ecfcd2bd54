namespace Usage.Engine.Exporting;

/// <summary>The columns of exported usage, in their order.</summary>
internal static class ExportColumns
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "date", "period_start", "period_end", "workspace_id", "agent_id", "runtime_id", "project_id", "provider", "model",
        "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cost_usd_ticks",
        "uncosted_input_tokens", "uncosted_output_tokens", "uncosted_cache_read_tokens", "uncosted_cache_write_tokens",
        "event_count", "cost_usd", "is_unpriced",
    ];
}
