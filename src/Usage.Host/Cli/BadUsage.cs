using System.CommandLine;
using System.CommandLine.Parsing;

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

        Console.Error.WriteLine($"Help: usage {Path(arguments.CommandResult)}--help");
        return ExitCode.BadUsage;
    }

    /// <summary>For example <c>prices import</c> and a space; empty for the program itself.</summary>
    private static string Path(SymbolResult? result) => result is CommandResult { Command: not RootCommand } command
        ? $"{Path(command.Parent)}{command.Command.Name} "
        : "";
}
