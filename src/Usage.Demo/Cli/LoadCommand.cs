using System.CommandLine;
using System.Globalization;
using Usage.Demo.Traffic;
using Usage.Demo.Writing;
using Usage.Engine.Recording;
using Usage.Host;
using Usage.Host.Cli;

namespace Usage.Demo.Cli;

/// <summary>Realistic traffic against the database.</summary>
internal static class LoadCommand
{
    private const double MostOfAnything = 1_000_000;
    private const int MostConnections = 50;

    public static Command Create(HostContext host)
    {
        var defaults = new LoadRequest();
        var trace = new Option<string?>("--trace")
        {
            Description = "CSV file with TIMESTAMP, ContextTokens and GeneratedTokens to replay",
            HelpName = "FILE",
        };
        var speed = Positive("--speed", "FACTOR", "How many times as fast as recorded a trace is replayed", defaults.Speed);
        var rate = Positive("--rate", "N", "Requests a second, without a trace", defaults.Rate);
        var duration = Positive("--duration", "SECONDS", "Seconds of traffic, without a trace", defaults.Duration.TotalSeconds);
        var connections = CheckedOption.Whole(
            "--connections", "N", $"Requests that are sent at once (default: {defaults.Connections})", 1, MostConnections);
        var mixed = new Option<bool>("--mixed") { Description = "Also correct reports, move and delete tasks, and commit late" };
        var verify = new Option<bool>("--verify") { Description = "Drain and verify at the end; exit code 1 on drift" };
        var http = new Option<string?>("--http")
        {
            Description = $"Report over HTTP to a running host (without a URL: {ListenAddresses.Default}); tasks are still made in the database",
            HelpName = "URL",
            Arity = ArgumentArity.ZeroOrOne,
        };
        http.Validators.Add(result =>
        {
            if (result.Tokens is [var url]
                && !(Uri.TryCreate(url.Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            {
                result.AddError($"--http is '{url.Value}': it takes an address like {ListenAddresses.Default}.");
            }
        });
        var token = new Option<string?>("--token") { Description = "Token for that host, with the scope usage.write", HelpName = "TOKEN" };
        var command = new Command("load", "Send realistic traffic to the database: made-up tasks of the agents in it")
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
                sent => new WorkDone(sent, null, "requests", sent),
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
        yield return Figures.Line((result.Requests, "requests"), (result.Tasks, "tasks"))
            + string.Create(CultureInfo.InvariantCulture, $" in {result.Seconds:N1} s: {result.RowsPerSecond:N1} usage rows/s");
        yield return string.Create(
            CultureInfo.InvariantCulture, $"A report took {result.P50Milliseconds:N2} ms (median), {result.P99Milliseconds:N2} ms (99%)");
        yield return string.Create(CultureInfo.InvariantCulture, $"The latest request was sent {result.MostBehindSeconds:N2} s behind time");
        yield return Figures.Line((result.InputTokens, "tokens in"), (result.OutputTokens, "tokens out"));
        if (result.Corrections + result.Moves + result.Deletes + result.LateCommits > 0)
        {
            yield return Figures.Line(
                (result.Corrections, "corrections"), (result.Moves, "moves"), (result.Deletes, "deletes"), (result.LateCommits, "late commits"));
        }

        if (result.Drift is { } drift)
        {
            yield return $"Drift: {Figures.Number(drift)} buckets";
        }
    }

    private static Option<double?> Positive(string name, string helpName, string description, double normal) => CheckedOption.Positive(
        name, helpName, $"{description} (default: {normal.ToString(CultureInfo.InvariantCulture)})", MostOfAnything);
}
