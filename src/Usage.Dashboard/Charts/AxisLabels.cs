using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Text;

namespace Usage.Dashboard.Charts;

/// <summary>The label of the column at an index.</summary>
internal readonly record struct AxisLabel(int Index, string Text);

/// <summary>Chooses which columns of a trend to label: few, at round dates, as evenly spaced as the calendar allows.</summary>
internal static class AxisLabels
{
    public const int Most = 7;

    /// <summary>Labels for columns that begin on these dates.</summary>
    public static IReadOnlyList<AxisLabel> Dates(IReadOnlyList<LocalDate> starts, Grain grain) =>
        Rules(grain, starts.Count)
            .Select(rule => Pick(starts, rule.IsLabelled, rule.Format))
            .First(labels => labels.Count <= Most);

    /// <summary>The labels of hours: their own for one or two days, those of the days for more.</summary>
    public static IReadOnlyList<AxisLabel> Hours(IReadOnlyList<(LocalDate Date, int Hour)> hours)
    {
        int[] days = [.. Enumerable.Range(0, hours.Count).Where(index => index == 0 || hours[index].Date != hours[index - 1].Date)];
        if (days.Length > 2)
        {
            return [.. Dates([.. days.Select(index => hours[index].Date)], Grain.Day).Select(label => label with { Index = days[label.Index] })];
        }

        var every = days.Length == 1 ? 4 : 12;
        return
        [
            .. hours.Select((hour, index) => new AxisLabel(index, FormattableString.Invariant($"{hour.Hour:00}:00")))
                .Where(label => hours[label.Index].Hour % every == 0).Take(Most)
        ];
    }

    private static IEnumerable<(Func<LocalDate, int, bool> IsLabelled, Func<LocalDate, string> Format)> Rules(Grain grain, int count)
    {
        if (grain is Grain.Hour or Grain.Day)
        {
            yield return ((_, _) => true, Text.Dates.Short);
            yield return ((_, index) => index % 2 == 0 && count <= 2 * Most, Text.Dates.Short);
            yield return ((date, _) => date.DayOfWeek == IsoDayOfWeek.Monday && count > 2 * Most, Text.Dates.Short);
        }

        if (grain is Grain.Week)
        {
            yield return ((_, _) => true, Text.Dates.Short);
        }

        // The first column that begins in each month, so that this also works for weeks.
        foreach (var months in (int[])[1, 2, 3, 6, 12])
        {
            yield return ((date, _) => (date.Month - 1) % months == 0 && date.Day <= 7, Text.Dates.Month);
        }

        yield return ((_, index) => index % ((count + Most - 1) / Most) == 0, Text.Dates.Month);
    }

    private static List<AxisLabel> Pick(
        IReadOnlyList<LocalDate> starts, Func<LocalDate, int, bool> isLabelled, Func<LocalDate, string> format)
    {
        List<AxisLabel> labels = [];
        for (var index = 0; index < starts.Count; index++)
        {
            var text = format(starts[index]);
            if (isLabelled(starts[index], index) && (labels.Count == 0 || labels[^1].Text != text))
            {
                labels.Add(new(index, text));
            }
        }

        // Skip a rule that labels nothing.
        return labels.Count > 0 || starts.Count == 0 ? labels : [.. Enumerable.Repeat(new AxisLabel(0, ""), Most + 1)];
    }
}
