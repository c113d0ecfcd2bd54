using System.CommandLine;
using System.CommandLine.Parsing;
using NodaTime;
using Usage.AspNetCore.Parameters;

namespace Usage.Host.Cli;

/// <summary>The options <c>--from</c> and <c>--to</c>: a date, meaning its start in UTC, or an ISO 8601 instant.</summary>
internal static class HourRangeOption
{
    public static Option<Instant?> From() => Create(
        "--from",
        "Start, inclusive: 2026-01-31 or 2026-01-31T18:00Z (default: all history)",
        HourBound.From);

    public static Option<Instant?> To() => Create(
        "--to",
        "End, exclusive, in the same formats (default: all history)",
        HourBound.To);

    /// <summary>Adds both options to a command, and the rule that the start precedes the end.</summary>
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

    /// <summary>Also null for text that was already rejected.</summary>
    private static Instant? Given(OptionResult? option, Func<string, Instant?> parse) =>
        option is { Tokens: [var token, ..] } ? parse(token.Value) : null;
}
