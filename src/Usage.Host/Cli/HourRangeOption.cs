using System.CommandLine;
using System.CommandLine.Parsing;
using NodaTime;
using NodaTime.Text;

namespace Usage.Host.Cli;

/// <summary>The flags <c>--from</c> and <c>--to</c>: a date (its start in UTC) or an instant in ISO form.</summary>
internal static class HourRangeOption
{
    private const string Rule = "a date like 2026-01-31 or an instant like 2026-01-31T18:00:00Z, from the years 2000 to 2100";

    private static readonly Instant RollupStart = Instant.FromUtc(2000, 1, 1, 0, 0);
    private static readonly Instant RollupEnd = Instant.FromUtc(2101, 1, 1, 0, 0);

    private static readonly OffsetDateTimePattern Minutes =
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mmo<G>");

    public static Option<Instant?> From() => Create(
        "--from",
        "First hour, inclusive: 2026-01-31 or 2026-01-31T18:00Z (default: all history)",
        instant => instant >= RollupStart && instant < RollupEnd);

    public static Option<Instant?> To() => Create(
        "--to",
        "End, exclusive, in the same forms (default: all history)",
        instant => instant > RollupStart && instant <= RollupEnd);

    /// <summary>Adds both flags to a command, and the rule that one precedes the other.</summary>
    public static void AddRange(this Command command, Option<Instant?> from, Option<Instant?> to)
    {
        command.Options.Add(from);
        command.Options.Add(to);
        command.Validators.Add(result =>
        {
            if (Given(result.GetResult(from)) is { } start && Given(result.GetResult(to)) is { } end && end <= start)
            {
                result.AddError($"--to is {end}: it must be after --from, which is {start}.");
            }
        });
    }

    private static Option<Instant?> Create(string name, string description, Func<Instant, bool> allowed) =>
        CheckedOption.Create<Instant>(
            name, "DATE|INSTANT", description, text => Parse(text) is { } instant && allowed(instant) ? instant : null, Rule);

    /// <summary>Null too for a text that is refused already.</summary>
    private static Instant? Given(OptionResult? option) => option is { Tokens: [var token, ..] } ? Parse(token.Value) : null;

    private static Instant? Parse(string text) =>
        LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var date } ? InRange(date.AtMidnight().WithOffset(Offset.Zero))
        : OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true, Value: var full } ? InRange(full)
        : Minutes.Parse(text) is { Success: true, Value: var minutes } ? InRange(minutes)
        : null;

    /// <summary>Null beyond the rollup's years, give or take an offset: the calendar's last hours are no instant in every offset.</summary>
    private static Instant? InRange(OffsetDateTime time) => time.Year is >= 1999 and <= 2101 ? time.ToInstant() : null;
}
