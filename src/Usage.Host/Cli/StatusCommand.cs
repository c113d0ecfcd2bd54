using System.CommandLine;
using System.Globalization;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>Shows what is pending, failed and running.</summary>
internal static class StatusCommand
{
    public static Command Create(HostContext host)
    {
        var watch = CheckedOption.Create<double>(
            "--watch", "SECONDS", "Refresh every so many seconds (default: 1) until Ctrl-C",
            text => text.Length == 0 ? 1
                : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.1 and <= 3_600 ? seconds
                : null,
            "a number of seconds from 0.1 to 3600");
        watch.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command("status", "Show what is pending, failed and running") { watch };
        command.SetAction(host.Run((session, cancellationToken) => session.Given(watch)
            ? WatchAsync(session, TimeSpan.FromSeconds(session.Value(watch) ?? 1), cancellationToken)
            : ShowAsync(session, cancellationToken)));
        return command;
    }

    private static async Task<int> ShowAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var status = await session.Engine.GetStatusAsync(cancellationToken);
        session.Output.Result(AsJson(status), StatusText.Lines(status));
        return ExitCode.Success;
    }

    private static async Task<int> WatchAsync(CommandSession session, TimeSpan interval, CancellationToken cancellationToken)
    {
        StatusWatch watch = new(session.Engine, session.Time);
        if (session.Output.Json || Console.IsOutputRedirected)
        {
            await watch.EachAsync(
                interval,
                sample =>
                {
                    if (sample.Unknown is { } unknown)
                    {
                        session.Output.Error($"status unknown: {unknown}");
                        return;
                    }

                    session.Output.Result(AsJson(sample.Status), [.. StatusText.Lines(sample.Status), ""]);
                },
                cancellationToken);
        }
        else
        {
            await watch.DrawAsync(interval, cancellationToken);
        }

        return ExitCode.Success;
    }

    private static object AsJson(EngineStatus status) => new
    {
        status.PendingLive,
        status.PendingBackfill,
        OldestLiveAgeSeconds = status.OldestLiveAge.TotalSeconds,
        status.Complete,
        status.PausedSince,
        status.LastDrainStartedAt,
        status.LastDrainEndedAt,
        status.LastDrainRows,
        status.LastError,
        status.LastErrorAt,
        status.RowsOutOfRange,
        status.Backfill,
        status.SetAside,
        status.BrokenTriggers,
        status.ChangedTables,
        status.Replicas,
        status.LastHeartbeatAt,
        status.Running,
        status.PendingByAge,
    };
}
