using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Usage.Demo;
using Usage.Engine.Recording;
using Usage.Host;
using Usage.Host.Cli;
using Usage.Screenshots;

// Usage: ./usage screenshots [FOLDER] [--png]
var url = Environment.GetEnvironmentVariable("USAGE_SCREENSHOTS_URL")
    ?? throw new InvalidOperationException("USAGE_SCREENSHOTS_URL names no server.");
var asPng = args.Contains("--png");
var folder = args.FirstOrDefault(argument => !argument.StartsWith('-')) ?? Path.Combine("docs", "images");

await using var database = await DemoDatabase.CreateAsync(ConnectionUrl.ToConnectionString(url));
await using var camera = await PageCapture.OpenAsync(folder, asPng);
var sum = 0L;
await using (var stopped = await ServeAsync(new StoppedClock(), "Usage:DrainInBackground=false"))
{
    foreach (var picture in Picture.Of(await Subjects.FindAsync(database.ConnectionString)))
    {
        await TakeAsync(stopped, picture);
    }
}

await using (var running = await ServeAsync(TimeProvider.System))
{
    using CancellationTokenSource stop = new();
    var traffic = new LiveTraffic(
        running.Services.GetRequiredService<IUsageRecorder>(), running.Services.GetRequiredService<NpgsqlDataSource>(), TimeProvider.System,
        running.Services.GetRequiredService<ILogger<LiveTraffic>>()).RunAsync(stop.Token);
    // Wait until the page has something to draw.
    await Task.WhenAny(traffic, Task.Delay(TimeSpan.FromSeconds(95), TimeProvider.System));
    await TakeAsync(running, Picture.Operate);
    await stop.CancelAsync();
    await traffic.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

Console.WriteLine($"{sum:N0} bytes in {folder}");

async Task<WebApplication> ServeAsync(TimeProvider time, params string[] settings)
{
    var app = UsageWebApplication.Build(
        HostConfiguration.Read(["Usage:Auth:Mode=None", .. settings], LogLevel.Warning), database.ConnectionString, "http://127.0.0.1:0", time);
    await app.StartAsync();
    return app;
}

async Task TakeAsync(WebApplication host, Picture picture)
{
    var bytes = await camera.TakeAsync(new Uri(host.Urls.Single()), picture);
    sum += bytes;
    Console.WriteLine($"{picture.Name}: {bytes:N0} bytes");
}
