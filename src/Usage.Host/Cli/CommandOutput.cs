using System.Text.Json;
using Usage.AspNetCore;

namespace Usage.Host.Cli;

/// <summary>A command's output: the result goes to standard output, everything else to standard error.</summary>
internal sealed class CommandOutput(bool json, TimeProvider time)
{
    private static readonly JsonSerializerOptions Format = CreateFormat();

    private readonly TextWriter result = Console.Out;
    private readonly TextWriter notes = Console.Error;

    public bool Json { get; } = json;

    /// <summary>Writes the result: as JSON with snake_case names, or as text.</summary>
    public void Result(object asJson, params IEnumerable<string> asText)
    {
        if (Json)
        {
            result.WriteLine(JsonSerializer.Serialize(asJson, Format));
            return;
        }

        foreach (var line in asText)
        {
            result.WriteLine(line);
        }
    }

    /// <summary>Writes a line about progress.</summary>
    public void Note(string line) => notes.WriteLine(line);

    /// <summary>Writes a status line. On a terminal the next line overwrites it, because the cursor stays at its start.</summary>
    public void Status(string line)
    {
        if (Console.IsErrorRedirected)
        {
            Note(line);
            return;
        }

        var width = Console.WindowWidth is > 1 and var columns ? columns - 1 : 79;
        notes.Write($"\e[K{(line.Length > width ? line[..width] : line)}\r");
    }

    public void Error(string message) => notes.WriteLine($"usage: {message}");

    /// <summary>Runs a long operation, with a progress bar on a terminal and occasional lines elsewhere.</summary>
    public Task<T> TrackAsync<TProgress, T>(
        string title, Func<TProgress, WorkDone> measure, Func<IProgress<TProgress>, Task<T>> work) =>
        new WorkDisplay(title, time).RunAsync(measure, work);

    /// <summary>The endpoints' JSON format, but without escaping non-ASCII characters.</summary>
    private static JsonSerializerOptions CreateFormat()
    {
        JsonSerializerOptions format = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        UsageJson.Configure(format);
        return format;
    }
}
