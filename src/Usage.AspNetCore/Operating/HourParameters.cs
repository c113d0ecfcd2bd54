using NodaTime;
using Usage.AspNetCore.Parameters;

namespace Usage.AspNetCore.Operating;

/// <summary>Validates a range of hours. Pure.</summary>
internal static class HourParameters
{
    private const string Rule = $"must be {HourBound.Rule}";

    public static (Instant? From, Instant? To) Range(ParameterCheck check, string? from, string? to)
    {
        var start = check.Value("from", from, HourBound.From, Rule);
        var end = check.Value("to", to, HourBound.To, Rule);
        if (end <= start)
        {
            check.Refuse("to", to, $"must be after from, {from}");
        }

        return (start, end);
    }
}
