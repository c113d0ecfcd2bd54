using System.CommandLine;
using System.Text.Json;
using Usage.Demo.Planning;
using Usage.Demo.Writing;
using Usage.Host;
using Usage.Host.Cli;

namespace Usage.Demo.Cli;

/// <summary>Generates half a year of a platform's usage, rolls it up, verifies it, and continues with live traffic.</summary>
internal static class DemoCommand
{
    private const int MostTasks = 5_000_000;
    private const int MostDays = 3_650;

    public static Command Create(HostContext host)
    {
        var tasks = CheckedOption.Whole(
            "--tasks", "N", $"Minimum number of tasks (default: {HistoryRequest.DefaultTasks}, or the existing number)",
            100, MostTasks);
        var days = CheckedOption.Whole(
            "--days", "N", $"Days of history (default: {HistoryRequest.DefaultDays})", 7, MostDays);
        var workspaces = CheckedOption.Whole(
            "--workspaces", "N", "Number of workspaces (default: depends on the number of tasks)",
            1, WorldScale.MostWorkspaces);
        var seed = CheckedOption.Whole(
            "--seed", "N", "Random seed: the same seed generates the same history (default: 1)",
            0, int.MaxValue);
        var noServe = new Option<bool>("--no-serve") { Description = "Stop after the verification, and print one line of JSON" };
        var command = new Command("demo", "Generate history, backfill and verify it, then serve with live traffic")
        {
            tasks, days, workspaces, seed, noServe, ServeCommand.Urls,
        };
        command.SetAction(host.RunBare((arguments, output, cancellationToken) => RunAsync(
            host, arguments, output,
            new HistoryRequest
            {
                Tasks = arguments.GetValue(tasks),
                Days = arguments.GetValue(days) ?? HistoryRequest.DefaultDays,
                Workspaces = arguments.GetValue(workspaces),
                Seed = arguments.GetValue(seed) ?? 1,
            },
            serve: !arguments.GetValue(noServe), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(
        HostContext host, ParseResult arguments, CommandOutput output, HistoryRequest request, bool serve,
        CancellationToken cancellationToken)
    {
        var verbose = arguments.GetValue(host.Verbose);
        var configuration = HostConfiguration.Read(
            arguments.GetValue(host.Setting), verbose ? LogLevel.Debug : LogLevel.Warning);
        var connectionString = await host.ResolveConnectionAsync(arguments, configuration, output, cancellationToken);
        DemoResult result;
        await using (await DemoLock.TakeAsync(connectionString, output.Note, host.Time, cancellationToken))
        await using (var services = HostServices.ForVerb(configuration, connectionString, host.Time, verbose))
        {
            try
            {
                var session = new CommandSession(services, arguments, output);
                result = await new DemoPreparation(session).RunAsync(request, cancellationToken);
            }
            catch (Exception refused) when (refused is ForeignDataException or WorldTooSmallException)
            {
                output.Error(refused.Message);
                return ExitCode.Failure;
            }
        }

        if (output.Json || !serve)
        {
            output.Result(result, JsonSerializer.Serialize(result));
        }

        if (result.Drift > 0 || !serve)
        {
            return result.Drift > 0 ? ExitCode.Failure : ExitCode.Success;
        }

        var urls = DemoAddress.Choose(configuration, arguments.GetValue(ServeCommand.Urls));
        await using var app = UsageWebApplication.Build(configuration, connectionString, urls, host.Time);
        await new DemoHost(app, output, host.Time).RunAsync(cancellationToken);
        return ExitCode.Success;
    }
}
