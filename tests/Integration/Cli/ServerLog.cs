using System.Text.Json;
using Shouldly;

namespace Usage.Tests.Integration.Cli;

/// <summary>What a server logged: one JSON object a line, since nobody watches on a terminal.</summary>
internal sealed record ServerLog(IReadOnlyList<JsonElement> Lines)
{
    private static readonly string[] Alarming = ["Warning", "Error", "Critical"];

    public static ServerLog Parse(string errors) =>
        new([.. errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))]);

    /// <summary>Nothing went wrong.</summary>
    public void ShouldBeCalm() => Lines
        .Where(line => Alarming.Contains(line.GetProperty("LogLevel").GetString()))
        .Select(line => line.GetRawText()).ShouldBeEmpty();
}
