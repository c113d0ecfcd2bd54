using Npgsql;
using Spectre.Console;
using Usage.Engine;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>Refreshes the engine's state until interrupted: in place on a terminal, otherwise as one result after another.</summary>
internal sealed class StatusWatch(IUsageEngine engine, TimeProvider time)
{
    /// <summary>Shows each sample on standard output, in place of the previous one.</summary>
    public Task DrawAsync(TimeSpan interval, CancellationToken cancellationToken) =>
        AnsiConsole.Live(new Text("Reading the status …")).Overflow(VerticalOverflow.Crop).StartAsync(context => EachAsync(
            interval,
            sample =>
            {
                context.UpdateTarget(StatusView.Draw(sample));
                context.Refresh();
            },
            cancellationToken));

    /// <summary>Looks until it is cancelled. A database that goes away meanwhile is told, and asked again.</summary>
    /// <exception cref="NpgsqlException">The first read fails.</exception>
    public async Task EachAsync(TimeSpan interval, Action<StatusSample> show, CancellationToken cancellationToken)
    {
        StatusSample sample = new(await engine.GetStatusAsync(cancellationToken), Before: null, TimeSpan.Zero, Unknown: null);
        var at = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            show(sample);
            await Task.Delay(interval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                EngineStatus now = await engine.GetStatusAsync(cancellationToken);
                sample = new(now, sample.Status, time.GetElapsedTime(at), Unknown: null);
                at = time.GetTimestamp();
            }
            catch (NpgsqlException error)
            {
                sample = sample with { Unknown = error.Message };
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
