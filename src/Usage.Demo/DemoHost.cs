using Npgsql;
using Usage.Engine;
using Usage.Engine.Recording;
using Usage.Host;
using Usage.Host.Cli;

namespace Usage.Demo;

/// <summary>Runs the web host with live traffic until stopped.</summary>
internal sealed class DemoHost(WebApplication app, CommandOutput output, TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await app.StartServerAsync(cancellationToken);
        output.Note($"Listening on {string.Join(' ', app.Urls)}, with live traffic. Press Ctrl-C to stop.");
        output.Note($"The dashboard is at {app.Urls.First().TrimEnd('/')}/usage/");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        Task[] beside =
        [
            new LiveTraffic(
                app.Services.GetRequiredService<IUsageRecorder>(), app.Services.GetRequiredService<NpgsqlDataSource>(), time,
                app.Services.GetRequiredService<ILogger<LiveTraffic>>()).RunAsync(stop.Token),
            new StatusLines(app.Services.GetRequiredService<IUsageEngine>(), output.Status, time).RunAsync(stop.Token),
        ];
        try
        {
            await Task.WhenAny([app.WaitForShutdownAsync(stop.Token), .. beside]);
            await stop.CancelAsync();
            await Task.WhenAll(beside);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Cancellation is the normal end of a demo.
        }
        finally
        {
            output.Status("Stopping");
            await app.StopAsync(CancellationToken.None);
            output.Note("Stopped. The data stays in the database.");
        }
    }
}
