using NodaTime;
using Usage.Dashboard.Addresses;

namespace Usage.Dashboard.Reading;

/// <summary>Finds the column of a place in time.</summary>
internal sealed class SlotPlaces
{
    private readonly Grain grain;
    private readonly IReadOnlyList<TrendColumn> columns;
    private readonly Dictionary<LocalDate, int> days = [];
    private readonly Dictionary<Instant, int> hours = [];

    public SlotPlaces(IReadOnlyList<TrendColumn> columns, Grain grain)
    {
        (this.columns, this.grain) = (columns, grain);
        for (var index = 0; index < columns.Count; index++)
        {
            if (columns[index].At is { } start)
            {
                hours.Add(start, index);
            }
            else
            {
                days.Add(TrendColumns.Start(columns[index].Start, grain), index);
            }
        }
    }

    /// <summary>
    /// The index of its column. For an hour of another day, the clock time decides: a skipped hour maps to the hour before, a repeated
    /// hour to its first occurrence.
    /// </summary>
    public int this[SlotTime time] =>
        grain != Grain.Hour ? days[TrendColumns.Start(time.Date, grain)]
        : time.Start is { } start ? hours[start]
        : ByClock(time.Date, time.Hour ?? 0);

    private int ByClock(LocalDate date, int hour)
    {
        var found = 0;
        for (var index = 0; index < columns.Count; index++)
        {
            var column = columns[index];
            if (column.Start == date && column.Hour == hour)
            {
                return index;
            }

            if (column.Start < date || (column.Start == date && column.Hour < hour))
            {
                found = index;
            }
        }

        return found;
    }
}
