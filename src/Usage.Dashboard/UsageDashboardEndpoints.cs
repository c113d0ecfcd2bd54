using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Usage.AspNetCore.Access;
using Usage.Dashboard.Serving;
using Usage.Engine;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the dashboard to any host.</summary>
public static class UsageDashboardEndpoints
{
    /// <summary>
    /// Maps the pages of usage. They ask <see cref="IUsageAccess"/> what a viewer may see, as the API does. Styles and scripts are served
    /// to anybody; all else is for whom the host admits by <c>RequireAuthorization</c>, <c>AllowAnonymous</c> or its fallback policy. A
    /// host that states none of them does not start.
    /// </summary>
    /// <param name="endpoints">A host whose services have <c>AddUsageEngine</c>, <c>AddUsageHttp</c> and <c>AddUsageDashboard</c>.</param>
    /// <param name="pattern">Where the pages are. Default: <c>/usage</c>. Every address in them is relative, so that a path base and a
    /// proxy that takes a prefix away are no matter.</param>
    /// <returns>All the routes, for the policy of the host.</returns>
    /// <exception cref="InvalidOperationException">The host lacks the services.</exception>
    public static IEndpointConventionBuilder MapUsageDashboard(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/usage")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        RequireServices(endpoints.ServiceProvider.GetRequiredService<IServiceProviderIsService>());
        var assets = endpoints.ServiceProvider.GetRequiredService<EmbeddedAssets>();
        var dashboard = endpoints.MapGroup(pattern);
        dashboard.ExcludeFromDescription();
        dashboard.AddEndpointFilter(DatabaseAway.Filter);
        dashboard.MapGet("assets/{file}", (string file, HttpContext context) => assets.Serve(file, context)).AllowAnonymous();
        dashboard.MapAnalysis();
        dashboard.MapOthers();
        dashboard.MapOperate();
        dashboard.MapEvents();
        ((IEndpointConventionBuilder)dashboard).Finally(RequiredPolicy.Check);
        return dashboard;
    }

    private static void RequireServices(IServiceProviderIsService registered)
    {
        if (!registered.IsService(typeof(PageWriter)) || !registered.IsService(typeof(IUsageAccess)) || !registered.IsService(typeof(UsageEngine)))
        {
            throw new InvalidOperationException(
                "MapUsageDashboard needs its services: call AddUsageEngine, AddUsageHttp and AddUsageDashboard before the host is built.");
        }
    }
}
