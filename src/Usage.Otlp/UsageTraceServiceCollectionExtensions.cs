using Microsoft.Extensions.DependencyInjection.Extensions;
using Usage.Engine.Pricing;
using Usage.Otlp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the services that receive traces.</summary>
public static class UsageTraceServiceCollectionExtensions
{
    /// <summary>Registers the services of <c>MapUsageTraces</c>, in addition to <c>AddUsageEngine</c> and <c>AddUsageHttp</c>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options; they are validated when the host starts.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddUsageTraces(this IServiceCollection services, Action<UsageTraceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<UsageTraceOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(provider => new CallPrices(
            provider.GetRequiredService<PriceStore>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddScoped<SpanRecorder>();
        services.TryAddScoped<TraceHandler>();
        return services;
    }
}
