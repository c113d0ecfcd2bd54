using System.Text.Json;
using Shouldly;

namespace Usage.Tests.Integration.Cli;

/// <summary>A server's log: one JSON object per line, because standard error is not a terminal.</summary>
internal sealed record ServerLog(IReadOnlyList<JsonElement> Lines)
{
    private static readonly string[] Alarming = ["Warning", "Error", "Critical"];

    public static ServerLog Parse(string errors) =>
        new([.. errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))]);

    /// <summary>Asserts that no warnings or errors were logged.</summary>
    public void ShouldBeCalm() => Lines
        .Where(line => Alarming.Contains(line.GetProperty("LogLevel").GetString()))
        .Select(line => line.GetRawText()).ShouldBeEmpty();
}
