using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>Formats the result of a verification as text, with both sides of each drifted bucket.</summary>
internal static class DriftText
{
    private static readonly (string Name, Func<BucketFigures, decimal> Of)[] Measures =
    [
        ("input_tokens", figures => figures.InputTokens),
        ("output_tokens", figures => figures.OutputTokens),
        ("cache_read_tokens", figures => figures.CacheReadTokens),
        ("cache_write_tokens", figures => figures.CacheWriteTokens),
        ("cost_usd_ticks", figures => figures.CostUsdTicks),
        ("uncosted_input_tokens", figures => figures.UncostedInputTokens),
        ("uncosted_output_tokens", figures => figures.UncostedOutputTokens),
        ("uncosted_cache_read_tokens", figures => figures.UncostedCacheReadTokens),
        ("uncosted_cache_write_tokens", figures => figures.UncostedCacheWriteTokens),
        ("task_count", figures => figures.TaskCount),
        ("event_count", figures => figures.EventCount),
    ];

    public static IEnumerable<string> Lines(VerifyReport report) => [.. Drift(report), .. Reasons(report), Summary(report)];

    public static string Summary(VerifyReport report) => Quantity.List(
        (report.RawRows, "usage row[s]"), (report.Buckets, "bucket[s]"), (report.DriftCount, "drifted"),
        (report.PendingHours.Count, "hour[s] pending"), (report.MarkedHours, "hour[s] marked for repair"));

    /// <summary>What drifted, and how much more there is than is listed.</summary>
    public static IEnumerable<string> Drift(VerifyReport report)
    {
        foreach (var bucket in report.Drift)
        {
            yield return $"{bucket.BucketHour} workspace {bucket.WorkspaceId} runtime {Id(bucket.RuntimeId)} agent {bucket.AgentId} "
                + $"project {Id(bucket.ProjectId)} provider '{bucket.Provider}' model '{bucket.Model}':";
            yield return "    " + Difference(bucket.Raw, bucket.Rollup);
        }

        foreach (var set in report.TaskSetDrift)
        {
            yield return $"{set.BucketHour} workspace {set.WorkspaceId} runtime {Id(set.RuntimeId)} agent {set.AgentId} "
                + $"project {Id(set.ProjectId)}: distinct tasks raw {set.RawTasks ?? 0} rollup {set.RollupTasks ?? 0}";
        }

        var listed = report.Drift.Count + report.TaskSetDrift.Count;
        if (report.DriftCount > listed)
        {
            yield return $"… and {Quantity.Number(report.DriftCount - listed)} more";
        }
    }

    /// <summary>Reasons for missing or wrong figures other than a bug in the engine.</summary>
    private static IEnumerable<string> Reasons(VerifyReport report)
    {
        if (report.NotBackfilled)
        {
            yield return $"History is not backfilled yet: {Quantity.Of(report.HoursNotBackfilled, "hour[s]")} with usage from before the rollup. "
                + "Start a host, or run 'usage backfill'.";
        }

        foreach (var trigger in report.BrokenTriggers)
        {
            yield return $"Trigger {trigger} is missing or disabled.";
        }

        foreach (var table in report.ChangedTables)
        {
            yield return $"Table {table}. Run 'usage migrate', which marks everything.";
        }
    }

    private static string Difference(BucketFigures? raw, BucketFigures? rollup) => (raw, rollup) switch
    {
        ({ } have, { } kept) => string.Join(", ", Measures
            .Where(measure => measure.Of(have) != measure.Of(kept))
            .Select(measure => $"{measure.Name} raw {measure.Of(have)} rollup {measure.Of(kept)}")),
        ({ } have, null) => $"missing in the rollup; raw: {All(have)}",
        (null, { } kept) => $"no raw rows; rollup: {All(kept)}",
        _ => "",
    };

    private static string All(BucketFigures figures) =>
        string.Join(", ", Measures.Where(measure => measure.Of(figures) != 0).Select(measure => $"{measure.Name} {measure.Of(figures)}"));

    private static string Id(Guid? id) => id?.ToString() ?? "none";
}
