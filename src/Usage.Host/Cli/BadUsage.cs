using System.CommandLine;

namespace Usage.Host.Cli;

/// <summary>Reports an invalid command line, with a hint to the help.</summary>
internal static class BadUsage
{
    public static int Report(ParseResult arguments)
    {
        foreach (var error in arguments.Errors)
        {
            Console.Error.WriteLine($"usage: {error.Message}");
        }

        var verb = arguments.CommandResult.Command is RootCommand ? "" : arguments.CommandResult.Command.Name + " ";
        Console.Error.WriteLine($"Help: usage {verb}--help");
        return ExitCode.BadUsage;
    }
}
