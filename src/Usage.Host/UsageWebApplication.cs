using Microsoft.Extensions.Logging.Console;
using Usage.Host.Cli;

namespace Usage.Host;

/// <summary>The web application that <c>serve</c> runs: the engine, and its endpoints.</summary>
internal static class UsageWebApplication
{
    public static WebApplication Build(
        IConfiguration configuration, string connectionString, string? urls, TimeProvider time)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.UseUrls(ListenAddresses.Allowed(builder.Configuration, urls));
        LogToStandardError(builder.Logging);
        builder.Services.AddUsage(builder.Configuration, connectionString, time);

        // What goes wrong at the start is thrown to the caller, who tells it; later there is nobody else to tell.
        WebApplication? app = null;
        builder.Logging.AddFilter(
            "Microsoft.Extensions.Hosting.Internal.Host",
            level => level >= LogLevel.Information && app?.Lifetime.ApplicationStarted.IsCancellationRequested is true);
        app = builder.Build();
        app.MapGet("/health/live", () => TypedResults.Text("live"));
        return app;
    }

    /// <summary>Lines for people on a terminal, JSON for everything that collects logs; Logging:Console:FormatterName overrides.</summary>
    private static void LogToStandardError(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "HH:mm:ss.fff'Z' ";
        });
        logging.AddJsonConsole(console =>
        {
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });
        logging.Services.PostConfigure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.FormatterName = Console.IsErrorRedirected ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple;
        });
    }
}
