using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Usage.Engine.Pricing;
using Usage.Extensions.AI;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what <c>UseUsage</c> needs.</summary>
public static class UsageChatServiceCollectionExtensions
{
    /// <summary>
    /// Registers the queue of model calls, and the hosted service that records them until the host stops. Needs <c>AddUsageEngine</c>.
    /// Calling it again only sets more options.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options; they are validated when the host starts.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddUsageChatRecording(this IServiceCollection services, Action<UsageChatOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<UsageChatOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<UsageChatOptions>, UsageChatOptionsValidator>());
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ModelCallMetrics>();
        services.TryAddSingleton(provider => new CallPrices(
            provider.GetRequiredService<PriceStore>(), provider.GetRequiredService<TimeProvider>()));
        if (!services.Any(service => service.ServiceType == typeof(ModelCallQueue)))
        {
            services.AddSingleton<ModelCallQueue>();
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ModelCallQueue>());
        }

        return services;
    }
}
