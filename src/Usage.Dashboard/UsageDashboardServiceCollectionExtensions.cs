using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Usage.Dashboard.Live;
using Usage.Dashboard.Names;
using Usage.Dashboard.Reading;
using Usage.Dashboard.Serving;
using Usage.Engine;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the dashboard's services.</summary>
public static class UsageDashboardServiceCollectionExtensions
{
    /// <summary>
    /// Registers the services of <c>MapUsageDashboard</c>, in addition to <c>AddUsageEngine</c> and <c>AddUsageHttp</c>, and
    /// antiforgery for the operator's page. Razor components need not be registered.
    /// </summary>
    /// <param name="services">The host's services.</param>
    public static IServiceCollection AddUsageDashboard(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddAntiforgery();
        services.TryAddSingleton<EmbeddedAssets>();
        services.TryAddSingleton<EngineState>();
        services.TryAddSingleton<WorkspaceFeed>();
        services.TryAddSingleton(provider => new ChangeReader(provider.GetRequiredService<EngineParts>().ReportDatabase));
        services.TryAddSingleton(provider => new SubjectStore(provider.GetRequiredService<EngineParts>().Database));
        services.TryAddSingleton(provider => new EntityNames(provider.GetRequiredService<EngineParts>().Database));
        services.TryAddSingleton(provider => new WorkspaceStore(provider.GetRequiredService<EngineParts>().Database));
        services.TryAddSingleton(provider => new TaskStore(provider.GetRequiredService<EngineParts>().Database));
        services.TryAddSingleton(provider => new OperateReader(
            provider.GetRequiredService<EngineParts>().Database, provider.GetRequiredService<EngineState>(),
            provider.GetRequiredService<EngineHistory>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<AnalysisReader>();
        services.TryAddSingleton<OverviewReader>();
        services.TryAddSingleton<PricesReader>();
        services.TryAddSingleton<IssueReader>();
        services.TryAddSingleton<EngineHistory>();
        services.TryAddSingleton<PageRenderer>();
        services.TryAddSingleton<SharedViews>();
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<PageWarmUp>(provider, provider.GetRequiredService<EngineParts>().Database));
        services.TryAddScoped<PageAccess>();
        services.TryAddScoped<PageWriter>();
        services.TryAddScoped<AnalysisPages>();
        services.TryAddScoped<OperatePages>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, DashboardStart>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EngineHistory>(provider => provider.GetRequiredService<EngineHistory>()));
        return services;
    }
}
