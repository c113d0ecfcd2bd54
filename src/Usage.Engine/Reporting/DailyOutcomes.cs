using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>Tasks that ended on a local day.</summary>
public sealed record DailyOutcomes(LocalDate Date, OutcomeFigures Figures) : OutcomeFigures(Figures);
