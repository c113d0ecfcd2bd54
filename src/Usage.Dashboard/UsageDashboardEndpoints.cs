using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Usage.AspNetCore.Access;
using Usage.Dashboard.Serving;
using Usage.Engine;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the dashboard.</summary>
public static class UsageDashboardEndpoints
{
    /// <summary>
    /// Maps the dashboard's pages. Like the API, they ask <see cref="IUsageAccess"/> what a viewer may see. Styles and scripts
    /// are anonymous. For everything else the host must state a policy, through <c>RequireAuthorization</c>,
    /// <c>AllowAnonymous</c> or a fallback policy; without one it does not start.
    /// </summary>
    /// <param name="endpoints">
    /// The host's routes. Requires <c>AddUsageEngine</c>, <c>AddUsageHttp</c> and <c>AddUsageDashboard</c>.
    /// </param>
    /// <param name="pattern">
    /// The path of the pages. Default: <c>/usage</c>. All addresses in them are relative, so they work with a path base and
    /// behind a proxy that strips a prefix.
    /// </param>
    /// <returns>All routes, to which the host adds its policy.</returns>
    /// <exception cref="InvalidOperationException">The services are missing.</exception>
    public static IEndpointConventionBuilder MapUsageDashboard(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/usage")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        RequireServices(endpoints.ServiceProvider.GetRequiredService<IServiceProviderIsService>());
        var assets = endpoints.ServiceProvider.GetRequiredService<EmbeddedAssets>();
        var dashboard = endpoints.MapGroup(pattern);
        dashboard.ExcludeFromDescription();
        dashboard.AddEndpointFilter(DatabaseErrorPage.Filter);
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
        if (!registered.IsService(typeof(PageWriter)) || !registered.IsService(typeof(IUsageAccess)) || !registered.IsService(typeof(IUsageEngine)))
        {
            throw new InvalidOperationException(
                "MapUsageDashboard requires AddUsageEngine, AddUsageHttp and AddUsageDashboard. Call them before the host is built.");
        }
    }
}
