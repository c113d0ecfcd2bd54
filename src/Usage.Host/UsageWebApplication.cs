using Microsoft.Extensions.Logging.Console;
using Usage.AspNetCore;
using Usage.Host.Authentication;
using Usage.Host.Cli;
using Usage.Host.Reference;
using Usage.Host.SignIn;
using Usage.Host.Telemetry;

namespace Usage.Host;

/// <summary>The web application that <c>serve</c> runs: the engine, and its endpoints.</summary>
internal static class UsageWebApplication
{
    public static WebApplication Build(
        IConfiguration configuration, string connectionString, string? urls, TimeProvider time)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        var authentication = AuthSettings.Read(builder.Configuration);
        builder.WebHost.UseUrls(ListenAddresses.Allowed(builder.Configuration, authentication.Mode, urls));
        LogToStandardError(builder.Logging);
        builder.Services.AddUsage(builder.Configuration, ServerPool.Limit(connectionString), time);
        builder.Services.AddUsageAuthentication(
            authentication, (sessions, configureTokens) => sessions.AddDashboardSessions(authentication, configureTokens));
        if (authentication.Mode == AuthMode.None)
        {
            LoopbackTransport.Use(builder.Services);
        }

        builder.Services.AddUsageHttp(options => builder.Configuration.GetSection(UsageHttpOptions.SectionName).Bind(options));
        builder.Services.AddUsageDashboard();
        builder.Services.AddHealthChecks().AddUsage();
        var telemetry = TelemetryOptions.Read(builder.Configuration);
        builder.Services.AddUsageTelemetry(telemetry);
        builder.Services.AddUsageReference(authentication.Mode);
        builder.Services.AddServerLimits();
        builder.Services.AddSingleton<IHostLifetime, ProgramLifetime>();

        // Anybody may ask for health, and is told; the engine logs what it finds by itself.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

        // What goes wrong at the start is thrown to the caller, who tells it; later there is nobody else to tell.
        WebApplication? app = null;
        builder.Logging.AddFilter(
            "Microsoft.Extensions.Hosting.Internal.Host",
            level => level >= LogLevel.Information && app?.Lifetime.ApplicationStarted.IsCancellationRequested is true);
        app = builder.Build();
        MapEndpoints(app, authentication);
        app.MapUsageMetrics(telemetry, authentication.Mode);
        return app;
    }

    /// <summary>Starts the server.</summary>
    /// <exception cref="UsageConfigurationException">An https address can't be served.</exception>
    public static async Task StartServerAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (InvalidOperationException error) when (app.Configuration[WebHostDefaults.ServerUrlsKey]?.Split(';').FirstOrDefault(IsHttps) is { } url)
        {
            throw new UsageConfigurationException(
                $"The address '{url}' can't be served: {error.Message.Split('\n')[0].TrimEnd()} "
                + "Name a certificate in Kestrel:Certificates:Default, or listen on http.");
        }

        static bool IsHttps(string url) => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
    }

    private static void MapEndpoints(WebApplication app, UsageAuthOptions authentication)
    {
        app.UsePublicUrl(authentication);
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        if (authentication.Mode == AuthMode.None)
        {
            app.UseLoopbackGuard();
        }
        else
        {
            app.UseAuthentication();
        }

        app.UseAuthorization();
        app.UseRateLimiter();
        app.MapUsageHealth();
        app.MapUsageReference();
        var api = app.MapUsage();
        var dashboard = app.MapUsageDashboard(DashboardSessions.Folder);
        if (authentication.Mode == AuthMode.None)
        {
            api.AllowAnonymous();
            dashboard.AllowAnonymous();
        }
        else
        {
            dashboard.RequireAuthorization(DashboardSessions.Policy);
            app.MapSignIn(authentication);
        }
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
