namespace Usage.Engine.Reporting;

/// <summary>
/// Converts cells to the rows of each report, in its order. Text is ordered ordinally, whatever the database's locale.
/// </summary>
internal static class ReportShapes
{
    private const int HoursPerDay = 24;

    public static UsageReport<DailyUsage> Daily(ReportCells cells) => Shape(
        cells, cell => (cell.Slot, cell.Provider, cell.Model),
        rows => from row in rows
                orderby row.Key.Slot descending, Text(row.Key.Provider), Text(row.Key.Model)
                select new DailyUsage(
                    cells.Window!.Days[row.Key.Slot].Date, row.Key.Provider, row.Key.Model, row.TaskCount, row.Figures));

    public static UsageReport<ModelUsage> Summary(ReportCells cells) => Shape(
        cells, cell => (cell.Provider, cell.Model),
        rows => from row in rows
                orderby row.Figures.InputTokens + row.Figures.OutputTokens descending, Text(row.Key.Provider), Text(row.Key.Model)
                select new ModelUsage(row.Key.Provider, row.Key.Model, row.TaskCount, row.Figures));

    /// <summary>A task by model: each row counts that task once, whatever its spellings and prices.</summary>
    public static UsageReport<ModelUsage> TaskModels(ReportCells cells) => Shape(
        cells, cell => (cell.Provider, cell.Model),
        rows => from row in rows
                orderby Text(row.Key.Provider), Text(row.Key.Model)
                select new ModelUsage(row.Key.Provider, row.Key.Model, TaskCount: 1, row.Figures));

    public static UsageReport<AgentUsage> Agents(ReportCells cells) => Shape(
        cells, cell => (Id: cells.Seen(cell.EntityId), cell.Provider, cell.Model),
        rows => from row in rows
                orderby row.Key.Id is null, row.Key.Id, Text(row.Key.Provider), Text(row.Key.Model)
                select new AgentUsage(row.Key.Id, row.Key.Provider, row.Key.Model, row.TaskCount, row.Figures));

    public static UsageReport<ProjectUsage> Projects(ReportCells cells) => Shape(
        cells, cell => (Id: cell.EntityId, cell.Provider, cell.Model),
        rows => from row in rows
                orderby row.Key.Id is null, row.Key.Id, Text(row.Key.Provider), Text(row.Key.Model)
                select new ProjectUsage(row.Key.Id, row.Key.Provider, row.Key.Model, row.TaskCount, row.Figures));

    public static UsageReport<RuntimeUsage> Runtimes(ReportCells cells) => Shape(
        cells, cell => (Id: cell.EntityId, cell.Provider, cell.Model),
        rows => from row in rows
                orderby row.Key.Id is null, row.Key.Id, Text(row.Key.Provider), Text(row.Key.Model)
                select new RuntimeUsage(row.Key.Id, row.Key.Provider, row.Key.Model, row.TaskCount, row.Figures));

    public static UsageReport<WeeklyUsage> Weeks(ReportCells cells) => Slots(
        cells, ReportAxis.Week, (slot, row) => new WeeklyUsage(slot.Date, row.Key.Provider, row.Key.Model, row.TaskCount, row.Figures));

    public static UsageReport<MonthlyUsage> Months(ReportCells cells) => Slots(
        cells, ReportAxis.Month, (slot, row) => new MonthlyUsage(slot.Date, row.Key.Provider, row.Key.Model, row.TaskCount, row.Figures));

    public static UsageReport<LocalHourUsage> LocalHours(ReportCells cells) => Slots(
        cells, ReportAxis.LocalHour, (slot, row) => new LocalHourUsage(
            slot.Start, slot.Date, slot.Hour, row.Key.Provider, row.Key.Model, row.TaskCount, row.Figures));

    /// <summary>A row an agent; those that the viewer may not see are one.</summary>
    public static UsageReport<AgentTotal> AgentTotals(ReportCells cells)
    {
        var tasks = cells.Tasks.ToLookup(tasks => cells.Seen(tasks.EntityId), tasks => tasks.Count);
        return Shape(
            cells, cell => (Id: cells.Seen(cell.EntityId), 0),
            rows => from row in rows
                    orderby row.Key.Id is null, row.Key.Id
                    select new AgentTotal(row.Key.Id, tasks[row.Key.Id].Sum(), row.Figures));
    }

    public static UsageReport<ProjectTotal> ProjectTotals(ReportCells cells)
    {
        var tasks = cells.Tasks.ToLookup(tasks => tasks.EntityId, tasks => tasks.Count);
        return Shape(
            cells, cell => (Id: cell.EntityId, 0),
            rows => from row in rows
                    orderby row.Key.Id is null, row.Key.Id
                    select new ProjectTotal(row.Key.Id, tasks[row.Key.Id].Sum(), row.Figures));
    }

    public static UsageReport<HourUsage> Hours(ReportCells cells) => Shape(
        cells, cell => (Hour: cell.Slot, cell.Provider, cell.Model),
        rows => from row in rows
                orderby row.Key.Hour, Text(row.Key.Provider), Text(row.Key.Model)
                select new HourUsage(row.Key.Hour, row.Key.Provider, row.Key.Model, row.TaskCount, row.Figures));

    public static UsageReport<HeatmapUsage> Heatmap(ReportCells cells) => Shape(
        cells, cell => cell.Slot,
        rows => from row in rows
                orderby row.Key
                select new HeatmapUsage(row.Key / HoursPerDay, row.Key % HoursPerDay, row.Figures));

    public static UsageReport<TaskUsage> Tasks(ReportCells cells) => Shape(
        cells, cell => (Id: cell.EntityId!.Value, cell.Provider, cell.Model),
        rows => from row in rows
                orderby row.Key.Id, Text(row.Key.Provider), Text(row.Key.Model)
                select new TaskUsage(row.Key.Id, row.Key.Provider, row.Key.Model, TaskCount: 1, row.Figures));

    /// <summary>One row, even without usage.</summary>
    public static UsageReport<TotalUsage> Total(ReportCells cells) => Shape(
        cells, _ => 0,
        rows => from row in rows.DefaultIfEmpty(new(0, 0, ReportTally.Figures(default, estimate: 0)))
                select new TotalUsage(cells.Tasks.Sum(tasks => tasks.Count), row.Figures));

    /// <summary>Newest first.</summary>
    private static UsageReport<TRow> Slots<TRow>(
        ReportCells cells, ReportAxis axis, Func<WindowSlot, TallyRow<(int Slot, string Provider, string Model)>, TRow> make)
    {
        var slots = WindowSlots.Of(cells.Window!, axis);
        return Shape(
            cells, cell => (cell.Slot, cell.Provider, cell.Model),
            rows => from row in rows
                    orderby row.Key.Slot descending, Text(row.Key.Provider), Text(row.Key.Model)
                    select make(slots[row.Key.Slot], row));
    }

    private static UsageReport<TRow> Shape<TKey, TRow>(
        ReportCells cells, Func<UsageCell, TKey> key, Func<IReadOnlyList<TallyRow<TKey>>, IEnumerable<TRow>> order)
        where TKey : notnull
    {
        ReportTally tally = new(cells.Costs);
        TRow[] rows = [.. order(tally.Merge(cells.Cells, key))];
        return new(rows, cells.Source, cells.Zone, tally.Unpriced) { Window = cells.Window, FrozenBefore = cells.FrozenBefore };
    }

    private static OrdinalText Text(string text) => new(text);

    private readonly record struct OrdinalText(string Value) : IComparable<OrdinalText>
    {
        public int CompareTo(OrdinalText other) => string.CompareOrdinal(Value, other.Value);
    }
}
