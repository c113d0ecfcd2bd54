using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Usage.AspNetCore;
using Usage.AspNetCore.Access;
using Usage.AspNetCore.Operating;
using Usage.AspNetCore.Recording;
using Usage.AspNetCore.Reports;
using Usage.Engine.Recording;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps Usage's HTTP endpoints.</summary>
public static class UsageEndpoints
{
    /// <summary>
    /// Maps reports, recording and operations under <c>/api</c>. Every route requires a caller authenticated by the host's own
    /// scheme, and asks <see cref="IUsageAccess"/> what that caller may do. Concurrent reads and recordings are limited in every
    /// host, and an unavailable database is a 503. The other limits apply if the host calls <c>UseRateLimiter</c> after
    /// <c>UseAuthentication</c> and <c>UseAuthorization</c>.
    /// </summary>
    /// <param name="endpoints">The host's routes. Requires <c>AddUsageEngine</c> and <c>AddUsageHttp</c>.</param>
    /// <returns>
    /// A group of all routes, to which the host can add conventions. To add a prefix, call this on a group that has it.
    /// </returns>
    /// <exception cref="InvalidOperationException">The services or an authentication scheme are missing.</exception>
    public static RouteGroupBuilder MapUsage(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        RequireServices(endpoints.ServiceProvider.GetRequiredService<IServiceProviderIsService>());
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<UsageHttpOptions>>().Value;
        var api = endpoints.MapGroup("api").RequireAuthorization()
            .AddEndpointFilter(endpoints.ServiceProvider.GetRequiredService<DatabaseOutage>())
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapReports(endpoints.ServiceProvider.GetRequiredService<ConcurrentReads>());
        api.MapRecording(options);
        api.MapOperating();
        return api;
    }

    private static void RequireServices(IServiceProviderIsService registered)
    {
        if (!registered.IsService(typeof(EntityAccess)) || !registered.IsService(typeof(IUsageRecorder)))
        {
            throw new InvalidOperationException("MapUsage requires AddUsageEngine and AddUsageHttp. Call them before the host is built.");
        }

        if (!registered.IsService(typeof(IAuthenticationSchemeProvider)))
        {
            throw new InvalidOperationException(
                "MapUsage requires authentication, because every route identifies its caller. Call AddAuthentication with a scheme.");
        }
    }
}
