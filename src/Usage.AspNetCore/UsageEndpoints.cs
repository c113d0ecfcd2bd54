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

/// <summary>Adds the endpoints to any host.</summary>
public static class UsageEndpoints
{
    /// <summary>
    /// Maps the reports, recording and operating of the engine under <c>/api</c>. Every route needs a signed-in caller by the
    /// host's own authentication, and asks <see cref="IUsageAccess"/> what that caller may do. Reads at the same time are limited in
    /// every host, and a database that is away is a 503; other limits hold where the host calls <c>UseRateLimiter</c>, after
    /// <c>UseAuthentication</c> and <c>UseAuthorization</c>.
    /// </summary>
    /// <param name="endpoints">A host whose services have <c>AddUsageEngine</c> and <c>AddUsageHttp</c>.</param>
    /// <returns>All the routes, for a policy of the host's own. For a prefix, map them on a group that has it.</returns>
    /// <exception cref="InvalidOperationException">The host lacks the services, or any authentication.</exception>
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
            throw new InvalidOperationException("MapUsage needs its services: call AddUsageEngine and AddUsageHttp before the host is built.");
        }

        if (!registered.IsService(typeof(IAuthenticationSchemeProvider)))
        {
            throw new InvalidOperationException(
                "MapUsage needs authentication, since every route asks who is calling: call AddAuthentication with a scheme of the host's.");
        }
    }
}
