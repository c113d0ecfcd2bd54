using System.CommandLine;
using NodaTime;
using NodaTime.Text;

namespace Usage.Host.Cli;

/// <summary>The flags <c>--from</c> and <c>--to</c>: a date (its start in UTC) or an instant in ISO form.</summary>
internal static class HourRangeOption
{
    private static readonly OffsetDateTimePattern Minutes =
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mmo<G>");

    public static Option<Instant?> From() => Create("--from", "First hour, inclusive: 2026-01-31 or 2026-01-31T18:00Z (default: all history)");

    public static Option<Instant?> To() => Create("--to", "End, exclusive, in the same forms (default: all history)");

    /// <summary>Adds both flags to a command, and the rule that one precedes the other.</summary>
    public static void AddRange(this Command command, Option<Instant?> from, Option<Instant?> to)
    {
        command.Options.Add(from);
        command.Options.Add(to);
        command.Validators.Add(result =>
        {
            if (result.GetValue(from) is { } start && result.GetValue(to) is { } end && end <= start)
            {
                result.AddError($"--to is {end}: it must be after --from, which is {start}.");
            }
        });
    }

    private static Option<Instant?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DATE|INSTANT",
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            if (Parse(text) is { } instant)
            {
                return instant;
            }

            argument.AddError($"{name} is '{text}': it takes a date like 2026-01-31 or an instant like 2026-01-31T18:00:00Z.");
            return null;
        },
    };

    private static Instant? Parse(string text) =>
        LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var date } ? date.AtMidnight().InUtc().ToInstant()
        : OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true, Value: var full } ? full.ToInstant()
        : Minutes.Parse(text) is { Success: true, Value: var minutes } ? minutes.ToInstant()
        : null;
}
