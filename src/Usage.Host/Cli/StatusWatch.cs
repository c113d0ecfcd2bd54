using Npgsql;
using Spectre.Console;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>Shows the engine's state again and again until it is interrupted: in place on a terminal, else one result after the other.</summary>
internal sealed class StatusWatch(Engine.UsageEngine engine, TimeProvider time)
{
    /// <summary>Shows each look on standard output, in the place of the one before.</summary>
    public Task DrawAsync(TimeSpan interval, CancellationToken cancellationToken) =>
        AnsiConsole.Live(new Text("Reading the status …")).Overflow(VerticalOverflow.Crop).StartAsync(context => EachAsync(
            interval,
            look =>
            {
                context.UpdateTarget(StatusView.Draw(look));
                context.Refresh();
            },
            cancellationToken));

    /// <summary>Looks until it is cancelled. A database that goes away meanwhile is told, and asked again.</summary>
    /// <exception cref="NpgsqlException">The first look fails.</exception>
    public async Task EachAsync(TimeSpan interval, Action<StatusLook> show, CancellationToken cancellationToken)
    {
        StatusLook look = new(await engine.GetStatusAsync(cancellationToken), Before: null, TimeSpan.Zero, Unknown: null);
        var at = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            show(look);
            await Task.Delay(interval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                EngineStatus now = await engine.GetStatusAsync(cancellationToken);
                look = new(now, look.Status, time.GetElapsedTime(at), Unknown: null);
                at = time.GetTimestamp();
            }
            catch (NpgsqlException error)
            {
                look = look with { Unknown = error.Message };
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
