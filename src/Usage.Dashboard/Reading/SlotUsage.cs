using NodaTime;

namespace Usage.Dashboard.Reading;

/// <summary>A place in time that a trend tells apart.</summary>
/// <param name="Date">The day, or the first day of its week or month.</param>
/// <param name="Hour">The clock hour, in an hourly trend.</param>
/// <param name="Start">The first instant of that hour, because an hour repeats when the clock is set back.</param>
internal readonly record struct SlotTime(LocalDate Date, int? Hour = null, Instant? Start = null)
{
    /// <summary>The same so many days later.</summary>
    public SlotTime PlusDays(int days) => new(Date.PlusDays(days), Hour);
}

/// <summary>Usage at a place in time, of a model.</summary>
internal readonly record struct SlotUsage(SlotTime Time, string Provider, string Model, Measures Sum);

/// <summary>Tasks at the place in time of their first usage in the window, by whom they belong to.</summary>
internal readonly record struct TaskSlot(SlotTime Time, Guid? RuntimeId, Guid? AgentId, Guid? ProjectId, long Tasks)
{
    /// <summary>As a trend shows it: of no model, since a task can have used several.</summary>
    public SlotUsage Usage => new(Time, "", "", default(Measures) with { Tasks = Tasks });
}
