using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Usage.AspNetCore.Access;
using Usage.Host.Authentication;

namespace Usage.Host.Telemetry;

/// <summary>Exports metrics and traces, as far as they are asked for.</summary>
internal static class TelemetryServices
{
    /// <summary>Meters of the platform that an operator of the program wants beside the engine's.</summary>
    private static readonly string[] PlatformMeters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"];

    public static void AddUsageTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        if (options.Metrics is { Prometheus: false, Otlp: false } && !options.Traces.Otlp)
        {
            return;
        }

        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(
            "usage", serviceVersion: typeof(TelemetryServices).Assembly.GetName().Version?.ToString()));
        if (options.Metrics.Prometheus || options.Metrics.Otlp)
        {
            telemetry.WithMetrics(metrics => AddMetrics(metrics, options.Metrics));
        }

        if (options.Traces.Otlp)
        {
            telemetry.WithTracing(tracing => tracing.AddUsageInstrumentation().AddAspNetCoreInstrumentation().AddOtlpExporter());
        }
    }

    /// <summary>Maps <c>/metrics</c>, for operators unless anybody may read it.</summary>
    public static void MapUsageMetrics(this WebApplication app, TelemetryOptions options, AuthMode mode)
    {
        if (!options.Metrics.Prometheus)
        {
            return;
        }

        var metrics = app.MapPrometheusScrapingEndpoint();
        if (mode == AuthMode.None || options.Metrics.Anonymous)
        {
            metrics.AllowAnonymous();
        }
        else
        {
            metrics.RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireAssertion(asked =>
                asked.Resource is HttpContext request && request.RequestServices.GetRequiredService<IUsageAccess>().MayOperate(asked.User)));
        }
    }

    private static void AddMetrics(MeterProviderBuilder metrics, MetricsOptions options)
    {
        metrics.AddUsageInstrumentation().AddMeter(PlatformMeters);
        if (options.Prometheus)
        {
            metrics.AddPrometheusExporter();
        }

        if (options.Otlp)
        {
            metrics.AddOtlpExporter();
        }
    }
}
