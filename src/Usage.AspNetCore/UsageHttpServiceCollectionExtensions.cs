using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Usage.AspNetCore;
using Usage.AspNetCore.Access;
using Usage.AspNetCore.Exports;
using Usage.AspNetCore.Operating;
using Usage.AspNetCore.Recording;
using Usage.AspNetCore.Reports;
using Usage.Engine;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the services of the HTTP endpoints.</summary>
public static class UsageHttpServiceCollectionExtensions
{
    /// <summary>
    /// Registers the services that <see cref="UsageEndpoints.MapUsage"/> needs in addition to <c>AddUsageEngine</c>. Register an
    /// <see cref="IUsageAccess"/> to replace the default.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets limits, which are validated when the host starts.</param>
    public static IServiceCollection AddUsageHttp(this IServiceCollection services, Action<UsageHttpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<UsageHttpOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.AddAuthorization();
        services.AddProblemDetails();
        services.AddRateLimiter(limiter => limiter
            .AddPolicy<string, ReadingLimit>(RateLimit.Reading)
            .AddPolicy<string, OperatingLimit>(RateLimit.Operating));
        services.TryAddSingleton<RecordingLimit>();
        services.TryAddSingleton<IUsageAccess>(provider => new MemberAccess(provider.GetRequiredService<EngineParts>().Database));
        services.TryAddSingleton(provider => new Ownership(provider.GetRequiredService<EngineParts>().Database));
        services.TryAddSingleton(provider => new ViewerZone(provider.GetRequiredService<EngineParts>().Database));
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<ConcurrentReads>(
            provider, provider.GetRequiredService<EngineParts>().Database));
        services.TryAddSingleton<DatabaseOutage>();
        services.TryAddScoped<EntityAccess>();
        services.TryAddScoped<ReportHandler>();
        services.TryAddScoped<ExportHandler>();
        services.TryAddScoped<RecordingHandler>();
        return services;
    }
}
