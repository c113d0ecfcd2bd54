using System.CommandLine;
using NodaTime;
using Usage.Host.Comparing;

namespace Usage.Host.Cli;

/// <summary>Compares the rollup with an hourly table that another pipeline fills.</summary>
internal static class CompareCommand
{
    private static readonly Option<string> With = new("--with")
    {
        Description = "The other table, with its schema, such as public.task_usage_hourly",
        HelpName = "TABLE",
        Required = true,
    };

    private static readonly Option<string[]> Column = new("--column")
    {
        Description = $"A column of the other table whose name differs: one of {string.Join(", ", OtherRollup.Names)}, and its name there. Repeatable",
        HelpName = "NAME=THEIRS",
    };

    public static Command Create(HostContext host)
    {
        var from = HourRangeOption.From();
        var to = HourRangeOption.To();
        var lag = CheckedOption.Whole("--lag", "MINUTES", "How long the other pipeline may take to pick up a change (default: 10)", 0, 1_440);
        var most = CheckedOption.Whole("--list-at-most", "N", "How many of the largest differences are listed; all are explained (default: 20)", 0, 10_000);
        var command = new Command(
            "compare", "Compare the rollup with another hourly table, and explain each difference from the raw rows. Exit code 1 if the rollup differs from them")
        {
            With, Column, lag, most,
        };
        command.AddRange(from, to);
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            var other = await OtherRollup.ReadAsync(session.DataSource, session.Value(With)!, Mapped(session.Value(Column) ?? []), cancellationToken);
            ComparisonRequest request = new(
                session.Value(from), session.Value(to), Duration.FromMinutes(session.Value(lag) ?? 10), session.Value(most) ?? 20);
            var report = await session.Output.TrackAsync<ComparisonProgress, ComparisonReport>(
                "Compare",
                done => new WorkDone(done.DaysDone, done.DaysTotal, "day[s]", done.Rows),
                progress => new RollupComparer(session.DataSource).CompareAsync(other, request, progress, cancellationToken));
            session.Output.Result(report, ComparisonText.Lines(report));
            return report.RollupIsRight ? ExitCode.Success : ExitCode.Failure;
        }));
        return command;
    }

    private static Dictionary<string, string> Mapped(IEnumerable<string> pairs)
    {
        Dictionary<string, string> mapped = [];
        foreach (var pair in pairs)
        {
            if (pair.Split('=', 2) is not [var name, { Length: > 0 } theirs] || !OtherRollup.Names.Contains(name) || !mapped.TryAdd(name, theirs))
            {
                throw new UsageConfigurationException($"--column is '{pair}': it must be NAME=THEIRS, once for a NAME, which is one of {string.Join(", ", OtherRollup.Names)}.");
            }
        }

        return mapped;
    }
}
