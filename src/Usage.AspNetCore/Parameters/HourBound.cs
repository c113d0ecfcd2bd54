using NodaTime;
using NodaTime.Text;

namespace Usage.AspNetCore.Parameters;

/// <summary>
/// Parses a bound of a range of hours in query parameters and command-line options: a date, meaning its start in UTC, or an
/// instant with an offset, to the minute or finer. Pure.
/// </summary>
internal static class HourBound
{
    /// <summary>Completes "it must be …".</summary>
    public const string Rule = "a date like 2026-01-31 or an instant like 2026-01-31T18:00:00Z, from the years 2000 to 2100";

    private static readonly Instant Start = Instant.FromUtc(2000, 1, 1, 0, 0);
    private static readonly Instant End = Instant.FromUtc(2101, 1, 1, 0, 0);

    private static readonly OffsetDateTimePattern Minutes =
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mmo<G>");

    /// <summary>Parses the start of a range, inclusive; null if the text breaks the rule.</summary>
    public static Instant? From(string text) => Parse(text) is { } at && at >= Start && at < End ? at : null;

    /// <summary>Parses the end of a range, exclusive; null if the text breaks the rule.</summary>
    public static Instant? To(string text) => Parse(text) is { } at && at > Start && at <= End ? at : null;

    private static Instant? Parse(string text) =>
        LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var date } ? date.AtMidnight().InUtc().ToInstant()
        : OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true, Value: var full } ? At(full)
        : Minutes.Parse(text) is { Success: true, Value: var minutes } ? At(minutes)
        : null;

    /// <summary>Null far outside the range: at the ends of the calendar, applying the offset could overflow.</summary>
    private static Instant? At(OffsetDateTime time) => time.Year is >= 1999 and <= 2101 ? time.ToInstant() : null;
}
