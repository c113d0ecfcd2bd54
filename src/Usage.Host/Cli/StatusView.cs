using System.Globalization;
using NodaTime;
using Spectre.Console;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>One look at the engine.</summary>
/// <param name="Status">What was read.</param>
/// <param name="Before">The look before it; null for the first.</param>
/// <param name="Between">Time between the two.</param>
/// <param name="Unknown">Why nothing newer could be read; null where it could.</param>
internal sealed record StatusLook(EngineStatus Status, EngineStatus? Before, TimeSpan Between, string? Unknown)
{
    public StatusRate? Rate => Before is null ? null : StatusRate.Between(Before, Status, Between);
}

/// <summary>Draws a look for a terminal: what is pending by age, how fast it goes, what is set aside, and the replicas alive now.</summary>
internal static class StatusView
{
    public static Rows Draw(StatusLook look)
    {
        var status = look.Status;
        var lines = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        Add(lines, "Engine", StatusText.Engine(status), status.Running ? Color.Green : Color.Red);
        Add(lines, "History", status.Complete ? "complete" : "not backfilled yet", status.Complete ? null : Color.Yellow);
        Add(lines, "Pending", Pending(status));
        Add(lines, "By age", Ages(status));
        Add(lines, "Rate", look.Rate is { } rate ? $"{Number(rate.Rows)} usage rows/s, {Number(rate.Hours)} hours/s" : "-");
        Add(lines, "Last drain", StatusText.LastDrain(status));
        Add(lines, "Backfill", StatusText.Backfill(status.Backfill) is { } backfill ? backfill + Left(look.Rate?.BackfillLeft) : "none");
        Add(lines, "Set aside", StatusText.SetAside(status) ?? "nothing", status.SetAside.Count > 0 ? Color.Red : null);
        if (status.BrokenTriggers.Count > 0)
        {
            Add(lines, "Triggers", $"missing or disabled: {string.Join(", ", status.BrokenTriggers)}", Color.Red);
        }

        if (status.LastError is { } error)
        {
            Add(lines, "Last error", $"{status.LastErrorAt}: {error}");
        }

        if (look.Unknown is { } unknown)
        {
            Add(lines, "Now", $"status unknown, the figures are older: {unknown}", Color.Red);
        }

        return new Rows(lines, Replicas(look));
    }

    private static Table Replicas(StatusLook look)
    {
        var alive = look.Status.Replicas.Where(replica => replica.Alive).OrderBy(replica => replica.Name, StringComparer.Ordinal).ToList();
        var table = new Table().Border(TableBorder.Rounded).Title($"{alive.Count} replicas alive")
            .AddColumn("replica").AddColumn(Right("rows/s")).AddColumn(Right("usage rows")).AddColumn(Right("hours"))
            .AddColumn("since").AddColumn(Right("failed in a row"));
        foreach (var replica in alive)
        {
            table.AddRow(
                new Text(replica.Name), Figure((decimal)StatusRate.RowsOf(replica, look.Before, look.Between)), Figure(replica.TotalRows),
                Figure(replica.TotalHours), new Text(replica.StartedAt.ToString("uuuu-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                Figure(replica.Failures));
        }

        return table;
    }

    private static void Add(Grid lines, string name, string text, Color? color = null) =>
        lines.AddRow(new Text(name, new Style(Color.Grey)), color is { } shown ? new Text(text, new Style(shown)) : new Text(text));

    private static string Pending(EngineStatus status) =>
        $"{Figures.Line((status.PendingLive, "live marks"), (status.PendingBackfill, "backfill marks"))}, oldest live {StatusText.Seconds(status.OldestLiveAge)}";

    private static string Ages(EngineStatus status) => string.Join(
        " | ", status.PendingByAge.Select(age => $"{Range(age)} {Figures.Number(age.Marks)}"));

    private static string Range(MarksOfAge age) => age.Under is { } under
        ? age.From == Duration.Zero ? $"under {Short(under)}" : $"{Short(age.From)} to {Short(under)}"
        : $"over {Short(age.From)}";

    private static string Short(Duration age) => age.TotalSeconds >= 60
        ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:0} s");

    private static string Left(TimeSpan? left) =>
        left is { } time ? string.Create(CultureInfo.InvariantCulture, $", {time:d\\.hh\\:mm\\:ss} left") : "";

    private static string Number(double value) => Figures.Number((decimal)value);

    private static Text Figure(decimal value) => new(Figures.Number(value));

    private static TableColumn Right(string name) => new TableColumn(name).RightAligned();
}
