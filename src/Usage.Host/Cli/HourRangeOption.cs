using System.CommandLine;
using System.CommandLine.Parsing;
using NodaTime;
using Usage.AspNetCore.Parameters;

namespace Usage.Host.Cli;

/// <summary>The flags <c>--from</c> and <c>--to</c>: a date (its start in UTC) or an instant in ISO form.</summary>
internal static class HourRangeOption
{
    public static Option<Instant?> From() => Create(
        "--from",
        "First hour, inclusive: 2026-01-31 or 2026-01-31T18:00Z (default: all history)",
        HourBound.From);

    public static Option<Instant?> To() => Create(
        "--to",
        "End, exclusive, in the same forms (default: all history)",
        HourBound.To);

    /// <summary>Adds both flags to a command, and the rule that one precedes the other.</summary>
    public static void AddRange(this Command command, Option<Instant?> from, Option<Instant?> to)
    {
        command.Options.Add(from);
        command.Options.Add(to);
        command.Validators.Add(result =>
        {
            if (Given(result.GetResult(from), HourBound.From) is { } start && Given(result.GetResult(to), HourBound.To) is { } end && end <= start)
            {
                result.AddError($"--to is {end}: it must be after --from, which is {start}.");
            }
        });
    }

    private static Option<Instant?> Create(string name, string description, Func<string, Instant?> parse) =>
        CheckedOption.Create(name, "DATE|INSTANT", description, parse, HourBound.Rule);

    /// <summary>Null too for a text that is refused already.</summary>
    private static Instant? Given(OptionResult? option, Func<string, Instant?> parse) =>
        option is { Tokens: [var token, ..] } ? parse(token.Value) : null;
}
