using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;

namespace Usage.Tests.Integration.Cli;

/// <summary>How a program ended, and all that it said.</summary>
internal sealed partial record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The one JSON object that standard output holds, whose names are all in snake_case.</summary>
    public JsonElement Json()
    {
        Output.Trim().ShouldNotContain('\n', customMessage: ToString());
        var json = JsonElement.Parse(Output);
        json.ValueKind.ShouldBe(JsonValueKind.Object);
        Names(json).ShouldAllBe(name => SnakeCase().IsMatch(name));
        return json;
    }

    /// <summary>This result, if the program ended with the code; else what it said is worth reading.</summary>
    public ProgramResult ShouldExitWith(int code)
    {
        ExitCode.ShouldBe(code, ToString());
        return this;
    }

    /// <summary>This result, if nothing was said but the result.</summary>
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
