using System.Globalization;
using NodaTime;
using Spectre.Console;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>A sample of the engine's status.</summary>
/// <param name="Status">The status.</param>
/// <param name="Before">The previous sample; null for the first.</param>
/// <param name="Between">Time between the two samples.</param>
/// <param name="Unknown">Why the status could not be read again; null if it could.</param>
internal sealed record StatusSample(EngineStatus Status, EngineStatus? Before, TimeSpan Between, string? Unknown)
{
    public StatusRate? Rate => Before is null ? null : StatusRate.Between(Before, Status, Between);
}

/// <summary>Draws a sample for a terminal: pending marks by age, rates, what is set aside, and the live replicas.</summary>
internal static class StatusView
{
    public static Rows Draw(StatusSample sample)
    {
        var status = sample.Status;
        var lines = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        Add(lines, "Engine", StatusText.Engine(status), status.Running ? Color.Green : Color.Red);
        Add(lines, "History", status.Complete ? "complete" : "not backfilled yet", status.Complete ? null : Color.Yellow);
        Add(lines, "Pending", Pending(status));
        Add(lines, "By age", Ages(status));
        Add(lines, "Rate", sample.Rate is { } rate ? $"{Number(rate.Rows)} usage rows/s, {Number(rate.Hours)} hours/s" : "-");
        Add(lines, "Last drain", StatusText.LastDrain(status));
        Add(lines, "Backfill", StatusText.Backfill(status.Backfill) is { } backfill ? backfill + Left(sample.Rate?.BackfillLeft) : "none");
        Add(lines, "Set aside", StatusText.SetAside(status) ?? "nothing", status.SetAside.Count > 0 ? Color.Red : null);
        if (status.BrokenTriggers.Count > 0)
        {
            Add(lines, "Triggers", $"missing or disabled: {string.Join(", ", status.BrokenTriggers)}", Color.Red);
        }

        if (status.LastError is { } error)
        {
            Add(lines, "Last error", $"{status.LastErrorAt}: {error}");
        }

        if (sample.Unknown is { } unknown)
        {
            Add(lines, "Now", $"status unknown, showing older figures: {unknown}", Color.Red);
        }

        return new Rows(lines, Replicas(sample));
    }

    private static Table Replicas(StatusSample sample)
    {
        var alive = sample.Status.Replicas.Where(replica => replica.Alive).OrderBy(replica => replica.Name, StringComparer.Ordinal).ToList();
        var table = new Table().Border(TableBorder.Rounded).Title($"{Quantity.Of(alive.Count, "live replica[s]")}")
            .AddColumn("replica").AddColumn(Right("rows/s")).AddColumn(Right("usage rows")).AddColumn(Right("hours"))
            .AddColumn("since").AddColumn(Right("failed in a row"));
        foreach (var replica in alive)
        {
            table.AddRow(
                new Text(replica.Name), Figure((decimal)StatusRate.RowsOf(replica, sample.Before, sample.Between)), Figure(replica.TotalRows),
                Figure(replica.TotalHours), new Text(replica.StartedAt.ToString("uuuu-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                Figure(replica.Failures));
        }

        return table;
    }

    private static void Add(Grid lines, string name, string text, Color? color = null) =>
        lines.AddRow(new Text(name, new Style(Color.Grey)), color is { } shown ? new Text(text, new Style(shown)) : new Text(text));

    private static string Pending(EngineStatus status) =>
        $"{Quantity.List((status.PendingLive, "live mark[s]"), (status.PendingBackfill, "backfill mark[s]"))}, oldest live {StatusText.Seconds(status.OldestLiveAge)}";

    private static string Ages(EngineStatus status) => string.Join(
        " | ", status.PendingByAge.Select(age => $"{Range(age)} {Quantity.Number(age.Marks)}"));

    private static string Range(MarksOfAge age) => age.Under is { } under
        ? age.From == Duration.Zero ? $"under {Short(under)}" : $"{Short(age.From)} to {Short(under)}"
        : $"over {Short(age.From)}";

    private static string Short(Duration age) => age.TotalSeconds >= 60
        ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:0} s");

    private static string Left(TimeSpan? left) =>
        left is { } time ? string.Create(CultureInfo.InvariantCulture, $", {time:d\\.hh\\:mm\\:ss} left") : "";

    private static string Number(double value) => Quantity.Number((decimal)value);

    private static Text Figure(decimal value) => new(Quantity.Number(value));

    private static TableColumn Right(string name) => new TableColumn(name).RightAligned();
}
