using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>Live marks of about the same age.</summary>
/// <param name="From">They are at least so old.</param>
/// <param name="Under">They are younger; null where nothing bounds their age.</param>
/// <param name="Marks">How many.</param>
public sealed record MarksOfAge(Duration From, Duration? Under, long Marks);
