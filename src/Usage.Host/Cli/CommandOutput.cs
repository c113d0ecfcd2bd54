using System.Text.Json;
using Usage.AspNetCore;

namespace Usage.Host.Cli;

/// <summary>Where a verb writes: its result to standard output, everything else to standard error.</summary>
internal sealed class CommandOutput(bool json, TimeProvider time)
{
    private static readonly JsonSerializerOptions Format = CreateFormat();

    private readonly TextWriter result = Console.Out;
    private readonly TextWriter notes = Console.Error;

    public bool Json { get; } = json;

    /// <summary>The verb's result: an object whose names become snake_case, or lines for people.</summary>
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

    /// <summary>A line about what is going on.</summary>
    public void Note(string line) => notes.WriteLine(line);

    /// <summary>
    /// A line about how things stand. On a terminal the next one takes its place, and so does a line of the log: the cursor stays
    /// at its start.
    /// </summary>
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

    /// <summary>Runs long work, with a bar on a terminal and a line now and then elsewhere.</summary>
    public Task<T> TrackAsync<TProgress, T>(
        string title, Func<TProgress, WorkDone> measure, Func<IProgress<TProgress>, Task<T>> work) =>
        new WorkDisplay(title, time).RunAsync(measure, work);

    /// <summary>As the endpoints write JSON, but for a terminal: what is not ASCII stays readable.</summary>
    private static JsonSerializerOptions CreateFormat()
    {
        JsonSerializerOptions format = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        UsageJson.Configure(format);
        return format;
    }
}
