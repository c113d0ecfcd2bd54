namespace Usage.Engine.Rollup;

/// <summary>The measures of a bucket in SQL, always in this order.</summary>
internal static class MeasureSql
{
    /// <summary>The columns of <c>usage_rollup.hourly</c>.</summary>
    public const string Columns =
        "input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks, "
        + "uncosted_input_tokens, uncosted_output_tokens, uncosted_cache_read_tokens, uncosted_cache_write_tokens, "
        + "task_count, event_count";

    /// <summary>The same measures, summed over usage rows <c>u</c>.</summary>
    public const string SumsOfUsage = """
        sum(u.input_tokens), sum(u.output_tokens), sum(u.cache_read_tokens), sum(u.cache_write_tokens),
               coalesce(sum(u.cost_usd_ticks), 0),
               coalesce(sum(u.input_tokens)       filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.output_tokens)      filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.cache_read_tokens)  filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.cache_write_tokens) filter (where u.cost_usd_ticks is null), 0),
               count(distinct u.task_id), count(*)
        """;
}
