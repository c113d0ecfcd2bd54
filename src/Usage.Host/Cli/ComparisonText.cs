using Usage.Host.Comparing;

namespace Usage.Host.Cli;

/// <summary>Formats a comparison as text: what was compared, the causes with their sums, and the largest differences.</summary>
internal static class ComparisonText
{
    public static IEnumerable<string> Lines(ComparisonReport report)
    {
        yield return $"{report.Table}: {Quantity.Of(report.TheirRows, "row[s]")}, compared by hour{string.Concat(report.Dimensions.Select(dimension => ", " + dimension))}";
        yield return $"Measures: {string.Join(", ", report.Measures)}";
        if (!report.Measures.Contains("task_count"))
        {
            yield return "task_count is not compared: a bucket counts each task once, so counts of a coarser key don't follow from it.";
        }

        if (report.RowsWithinHour > 0)
        {
            yield return $"{Quantity.Of(report.RowsWithinHour, "row[s]")} of {report.Table} do not begin at a whole UTC hour, and so match no bucket.";
        }

        if (report.DifferenceCount == 0)
        {
            yield return "No difference.";
            yield break;
        }

        yield return Quantity.Of(report.DifferenceCount, "difference[s]") + ":";
        foreach (var total in report.Causes)
        {
            yield return "";
            yield return $"{Quantity.Of(total.Count, "bucket[s]")}: {Explain(total.Cause)}";
            yield return "    " + Figures(report.Measures, total.Ours, total.Theirs);
        }

        if (report.Largest.Count > 0)
        {
            yield return "";
            yield return "The largest:";
        }

        foreach (var difference in report.Largest)
        {
            yield return $"{difference.BucketHour} {difference.Key}: {Name(difference.Cause)}";
            yield return "    " + Figures(report.Measures, difference.Ours, difference.Theirs);
        }
    }

    /// <summary>One sentence: what happened, by the evidence of the raw rows.</summary>
    private static string Explain(DifferenceCause cause) => Name(cause) + ". " + cause switch
    {
        DifferenceCause.Pending => "The rollup is about to be recomputed. Compare again when 'usage status' shows nothing pending.",
        DifferenceCause.Drift => "The rollup differs from the raw rows, so changes bypassed its triggers. Run 'usage verify --repair'.",
        DifferenceCause.RuntimeDeleted => "The table lacks the usage of tasks whose runtime was deleted. Usage keeps it, without a runtime.",
        DifferenceCause.NotPickedUp => "Raw rows changed within the lag, and the table has not picked them up. Compare again after the next run.",
        DifferenceCause.Deleted => "The table counts usage of an agent or a workspace that no longer exists.",
        DifferenceCause.Moved => "The workspace's figures of the hour are equal: the table has the usage under another agent, runtime, project, provider or model.",
        DifferenceCause.OtherWorkspace => "The figures of the hour are equal over several workspaces: Usage counts for the agent's workspace of today.",
        DifferenceCause.PassedOver => "The table lacks usage that has been in the raw rows for longer than the lag: its pipeline passed it over.",
        DifferenceCause.Kept => "The table counts usage that was deleted, or edited to another hour, provider or model.",
        _ => "The table has more of one measure and less of another: it holds figures from before an edit.",
    };

    private static string Name(DifferenceCause cause) => cause switch
    {
        DifferenceCause.Pending => "Pending",
        DifferenceCause.Drift => "Drift of the rollup",
        DifferenceCause.RuntimeDeleted => "Deleted runtime",
        DifferenceCause.NotPickedUp => "Not picked up yet",
        DifferenceCause.Deleted => "Deleted agent or workspace",
        DifferenceCause.Moved => "Moved",
        DifferenceCause.OtherWorkspace => "Other workspace",
        DifferenceCause.PassedOver => "Passed over",
        DifferenceCause.Kept => "Kept after a change",
        _ => "From before an edit",
    };

    private static string Figures(IReadOnlyList<string> measures, IReadOnlyList<decimal> ours, IReadOnlyList<decimal> theirs) => string.Join(
        ", ",
        Enumerable.Range(0, measures.Count).Where(measure => ours[measure] != theirs[measure])
            .Select(measure => $"{measures[measure]} {Quantity.Number(ours[measure])} in Usage, {Quantity.Number(theirs[measure])} there")
            .DefaultIfEmpty("sums are equal"));
}
