using System.CommandLine;
using System.Globalization;
using Usage.Demo.Traffic;
using Usage.Demo.Writing;
using Usage.Engine.Recording;
using Usage.Host;
using Usage.Host.Cli;

namespace Usage.Demo.Cli;

/// <summary>Sends realistic traffic to the database.</summary>
internal static class LoadCommand
{
    private const double MostOfAnything = 1_000_000;
    private const int MostConnections = 50;

    public static Command Create(HostContext host)
    {
        var defaults = new LoadRequest();
        var trace = new Option<string?>("--trace")
        {
            Description = "Trace to replay: a CSV file with TIMESTAMP, ContextTokens and GeneratedTokens",
            HelpName = "FILE",
        };
        var speed = Positive("--speed", "FACTOR", "Replay the trace this many times as fast as recorded", defaults.Speed);
        var rate = Positive("--rate", "N", "Requests per second, without a trace", defaults.Rate);
        var duration = Positive("--duration", "SECONDS", "Seconds of traffic, without a trace", defaults.Duration.TotalSeconds);
        var connections = CheckedOption.Whole(
            "--connections", "N", $"Concurrent requests (default: {defaults.Connections})", 1, MostConnections);
        var mixed = new Option<bool>("--mixed") { Description = "Also correct reports, move and delete tasks, and commit late" };
        var verify = new Option<bool>("--verify") { Description = "Drain and verify at the end; exit code 1 on drift" };
        var http = new Option<string?>("--http")
        {
            Description = $"Record usage over HTTP, on a running host (default URL: {ListenAddresses.Default}). Tasks are still created in the database",
            HelpName = "URL",
            Arity = ArgumentArity.ZeroOrOne,
        };
        http.Validators.Add(result =>
        {
            if (result.Tokens is [var url]
                && !(Uri.TryCreate(url.Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            {
                result.AddError($"--http is '{url.Value}': it must be an address such as {ListenAddresses.Default}.");
            }
        });
        var token = new Option<string?>("--token") { Description = "Token for that host, with scope usage.write", HelpName = "TOKEN" };
        var command = new Command("load", "Send realistic traffic: generated tasks of the database's agents")
        {
            trace, speed, rate, duration, connections, mixed, verify, http, token,
        };
        command.SetAction(host.Run((session, cancellationToken) => RunAsync(
            session,
            new LoadRequest
            {
                Trace = session.Value(trace),
                Speed = session.Value(speed) ?? defaults.Speed,
                Rate = session.Value(rate) ?? defaults.Rate,
                Duration = session.Value(duration) is { } seconds ? TimeSpan.FromSeconds(seconds) : defaults.Duration,
                Connections = session.Value(connections) ?? defaults.Connections,
                Mixed = session.Value(mixed),
                Verify = session.Value(verify),
                Http = session.Given(http) ? new(session.Value(http) ?? ListenAddresses.Default) : null,
                Token = session.Value(token),
            },
            cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(CommandSession session, LoadRequest request, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = request.Http };
        client.DefaultRequestHeaders.Authorization = request.Token is null ? null : new("Bearer", request.Token);
        var run = new LoadRun(
            request.Http is null ? session.Services.GetRequiredService<IUsageRecorder>() : new HttpRecorder(client), session.Engine, session.DataSource, session.Time);
        try
        {
            var result = await session.Output.TrackAsync<long, LoadResult>(
                "Load",
                sent => new WorkDone(sent, null, "request[s]", sent),
                progress => run.RunAsync(request, session.Output.Note, progress, cancellationToken));
            session.Output.Result(result, Lines(result));
            return result.Drift > 0 ? ExitCode.Failure : cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Success;
        }
        catch (Exception refused) when (refused is TraceFormatException or ForeignDataException)
        {
            session.Output.Error(refused.Message);
            return ExitCode.Failure;
        }
    }

    private static IEnumerable<string> Lines(LoadResult result)
    {
        yield return Quantity.List((result.Requests, "request[s]"), (result.Tasks, "task[s]"))
            + string.Create(CultureInfo.InvariantCulture, $" in {result.Seconds:N1} s: {result.RowsPerSecond:N1} usage rows/s");
        yield return string.Create(
            CultureInfo.InvariantCulture, $"Latency of a report: {result.P50Milliseconds:N2} ms (median), {result.P99Milliseconds:N2} ms (99%)");
        yield return string.Create(CultureInfo.InvariantCulture, $"Requests were sent at most {result.MostBehindSeconds:N2} s late");
        yield return Quantity.List((result.InputTokens, "token[s] in"), (result.OutputTokens, "token[s] out"));
        if (result.Corrections + result.Moves + result.Deletes + result.LateCommits > 0)
        {
            yield return Quantity.List(
                (result.Corrections, "correction[s]"), (result.Moves, "move[s]"), (result.Deletes, "delete[s]"), (result.LateCommits, "late commit[s]"));
        }

        if (result.Drift is { } drift)
        {
            yield return $"Drift: {Quantity.Of(drift, "bucket[s]")}";
        }
    }

    private static Option<double?> Positive(string name, string helpName, string description, double normal) => CheckedOption.Positive(
        name, helpName, $"{description} (default: {normal.ToString(CultureInfo.InvariantCulture)})", MostOfAnything);
}
