using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>Reads the usage of a trend: by day, or by hour where the window is short.</summary>
internal static class SlotReader
{
    public static IReadOnlyList<SlotUsage> Days(IEnumerable<DailyUsage> rows) =>
        [.. rows.Select(row => new SlotUsage(row.Date, null, row.Provider, row.Model, Measures.Of(row)))];

    /// <summary>The hours of each day. Days are read one by one, since a report by hour does not tell them apart.</summary>
    public static async Task<IReadOnlyList<SlotUsage>> HoursAsync(ReportWindow window, Func<ReportWindow, Task<UsageReport<HourUsage>>> read)
    {
        List<SlotUsage> slots = [];
        for (var date = window.From; date <= window.To; date = date.PlusDays(1))
        {
            var day = await read(ReportWindow.Between(date, date, window.Zone)).ConfigureAwait(false);
            slots.AddRange(day.Rows.Select(row => new SlotUsage(date, row.Hour, row.Provider, row.Model, Measures.Of(row))));
        }

        return slots;
    }

    public static async Task<IReadOnlyList<SlotUsage>> ReadAsync(
        Grain grain, ReportWindow window, Func<ReportWindow, Task<UsageReport<DailyUsage>>> days,
        Func<ReportWindow, Task<UsageReport<HourUsage>>> hours) =>
        grain == Grain.Hour ? await HoursAsync(window, hours).ConfigureAwait(false) : Days((await days(window).ConfigureAwait(false)).Rows);
}
