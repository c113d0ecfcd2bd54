using NodaTime;
using NodaTime.Text;
using Usage.AspNetCore.Parameters;
using Usage.Engine.Rollup;

namespace Usage.AspNetCore.Operating;

/// <summary>The rules for a range of hours. Pure.</summary>
internal static class HourParameters
{
    private const string Rule = "must be a UTC date such as 2026-01-31, or an instant such as 2026-01-31T18:00:00Z, in the years 2000 to 2100";

    public static (Instant? From, Instant? To) Range(ParameterCheck check, string? from, string? to)
    {
        var start = check.Value<Instant>("from", from, text => Parse(text) is { } at && at < HourBucket.RangeEnd ? at : null, Rule);
        var end = check.Value<Instant>("to", to, text => Parse(text) is { } at && at > HourBucket.RangeStart ? at : null, Rule);
        if (end <= start)
        {
            check.Refuse("to", to, $"must be after from, {from}");
        }

        return (start, end);
    }

    private static Instant? Parse(string text)
    {
        var instant = LocalDatePattern.Iso.Parse(text) is { Success: true } date ? date.Value.AtMidnight().InUtc().ToInstant()
            : OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } full ? full.Value.ToInstant()
            : (Instant?)null;
        return instant >= HourBucket.RangeStart && instant <= HourBucket.RangeEnd ? instant : null;
    }
}
