using NodaTime;

namespace Usage.Engine.Reporting;

// The parameter Figures does not become a property: its values are copied to the inherited properties.

/// <summary>A provider's model on a local day. A task is counted once.</summary>
public sealed record DailyUsage(LocalDate Date, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);

/// <summary>A provider's model. A task is counted once.</summary>
public sealed record ModelUsage(string Provider, string Model, long TaskCount, UsageFigures Figures) : UsageFigures(Figures);

/// <summary>A provider's model in an ISO week of local days, by its Monday. A task is counted once.</summary>
public sealed record WeeklyUsage(LocalDate Week, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);

/// <summary>A provider's model in a month of local days, by its first. A task is counted once.</summary>
public sealed record MonthlyUsage(LocalDate Month, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);

/// <summary>
/// A provider's model in one hour of the local clock: its first instant, and what the clock shows. An hour that the clock shows twice is two.
/// A task is counted once.
/// </summary>
public sealed record LocalHourUsage(
    Instant Start, LocalDate Date, int Hour, string Provider, string Model, long TaskCount, UsageFigures Figures) : UsageFigures(Figures);

/// <summary>A provider's model as used on a runtime; null: on none. A task is counted once.</summary>
public sealed record RuntimeUsage(Guid? RuntimeId, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);

/// <summary>All usage by an agent; null: by those that the viewer may not see. A task is counted once, whatever it used.</summary>
public sealed record AgentTotal(Guid? AgentId, long TaskCount, UsageFigures Figures) : UsageFigures(Figures);

/// <summary>All usage for a project; null: for none. A task is counted once, whatever it used.</summary>
public sealed record ProjectTotal(Guid? ProjectId, long TaskCount, UsageFigures Figures) : UsageFigures(Figures);

/// <summary>A provider's model as used by an agent; null: by those that the viewer may not see. A task is counted once.</summary>
public sealed record AgentUsage(Guid? AgentId, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);

/// <summary>A provider's model as used for a project; null for usage without a project. A task is counted once.</summary>
public sealed record ProjectUsage(Guid? ProjectId, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);

/// <summary>A provider's model in an hour of the local clock, 0 to 23. A task is counted once.</summary>
public sealed record HourUsage(int Hour, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);

/// <summary>An hour of the local clock, 0 to 23, on an ISO weekday, 1 (Monday) to 7.</summary>
public sealed record HeatmapUsage(int Weekday, int Hour, UsageFigures Figures) : UsageFigures(Figures);

/// <summary>The total. Each task is counted once, whatever it used.</summary>
public sealed record TotalUsage(long TaskCount, UsageFigures Figures) : UsageFigures(Figures);

/// <summary>A provider's model as used by a task.</summary>
public sealed record TaskUsage(Guid TaskId, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);

/// <summary>Tasks that started in an hour of the local clock, 0 to 23.</summary>
public sealed record HourActivity(int Hour, long TaskStarts);

/// <summary>A provider's model without a price, with its uncosted tokens.</summary>
public sealed record UnpricedModel(
    string Provider, string Model, decimal InputTokens, decimal OutputTokens, decimal CacheReadTokens, decimal CacheWriteTokens);
