using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;

namespace Usage.Tests.Integration.Cli;

/// <summary>A program's exit code and output.</summary>
internal sealed partial record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Parses standard output as one JSON object with snake_case names.</summary>
    public JsonElement Json()
    {
        Output.Trim().ShouldNotContain('\n', customMessage: ToString());
        var json = JsonElement.Parse(Output);
        json.ValueKind.ShouldBe(JsonValueKind.Object);
        Names(json).ShouldAllBe(name => SnakeCase().IsMatch(name));
        return json;
    }

    /// <summary>Asserts the exit code, and shows the output on failure.</summary>
    public ProgramResult ShouldExitWith(int code)
    {
        ExitCode.ShouldBe(code, ToString());
        return this;
    }

    /// <summary>Asserts that nothing was written to standard error.</summary>
    public ProgramResult ShouldSayNothingElse()
    {
        Errors.ShouldBe("", ToString());
        return this;
    }

    private static IEnumerable<string> Names(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => Names(property.Value).Prepend(property.Name)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Names),
        _ => [],
    };

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex SnakeCase();
}
