using System.CommandLine;
using System.Globalization;

namespace Usage.Host.Cli;

/// <summary>Options whose values are validated, with the rule stated in the error.</summary>
internal static class CheckedOption
{
    /// <summary>A whole number in an inclusive range.</summary>
    public static Option<int?> Whole(string name, string helpName, string description, int least, int most) => Create<int>(
        name,
        helpName,
        description,
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most ? number : null,
        $"a whole number from {least} to {most}");

    /// <summary>A number greater than 0, up to an inclusive maximum.</summary>
    public static Option<double?> Positive(string name, string helpName, string description, double most) => Create<double>(
        name,
        helpName,
        description,
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number <= most ? number : null,
        $"a number greater than 0, at most {most.ToString(CultureInfo.InvariantCulture)}");

    /// <param name="name">The option, for example <c>--duty</c>.</param>
    /// <param name="helpName">The placeholder for the value in the help text.</param>
    /// <param name="description">The option's help text.</param>
    /// <param name="parse">Parses the value; returns null if it breaks the rule.</param>
    /// <param name="rule">Completes "it must be …".</param>
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
                    argument.AddError($"{name} is '{text}': it must be {rule}.");
                }

                return value;
            },
        };
}
