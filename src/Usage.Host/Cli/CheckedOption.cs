using System.CommandLine;
using System.Globalization;

namespace Usage.Host.Cli;

/// <summary>Flags whose value has a rule that a message can state.</summary>
internal static class CheckedOption
{
    /// <summary>A whole number within bounds, both included.</summary>
    public static Option<int?> Whole(string name, string helpName, string description, int least, int most) => Create<int>(
        name,
        helpName,
        description,
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most ? number : null,
        $"a whole number from {least} to {most}");

    /// <summary>A number over 0 and up to a bound.</summary>
    public static Option<double?> Positive(string name, string helpName, string description, double most) => Create<double>(
        name,
        helpName,
        description,
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number <= most ? number : null,
        $"a number over 0 and at most {most.ToString(CultureInfo.InvariantCulture)}");

    /// <param name="name">The flag, for example <c>--duty</c>.</param>
    /// <param name="helpName">What help shows in the place of the value.</param>
    /// <param name="description">What the flag does.</param>
    /// <param name="parse">The value of a text; null when it breaks the rule.</param>
    /// <param name="rule">Completes "it takes …".</param>
    public static Option<T?> Create<T>(
        string name, string helpName, string description, Func<string, T?> parse, string rule)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = argument =>
            {
                var text = argument.Tokens.Count > 0 ? argument.Tokens[0].Value : "";
                var value = parse(text);
                if (value is null)
                {
                    argument.AddError($"{name} is '{text}': it takes {rule}.");
                }

                return value;
            },
        };
}
