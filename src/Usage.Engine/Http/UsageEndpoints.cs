using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Usage.Engine.Http;
using Usage.Engine.Http.Operating;
using Usage.Engine.Http.Recording;
using Usage.Engine.Http.Reports;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the endpoints to any host.</summary>
public static class UsageEndpoints
{
    /// <summary>
    /// Maps the reports, recording and operating of the engine under <c>/api</c>. Every route needs a signed-in caller by the
    /// host's own authentication, and asks <see cref="Usage.Engine.Http.Access.IUsageAccess"/> what that caller may do. Rates are limited where the host
    /// calls <c>UseRateLimiter</c>, after <c>UseAuthentication</c> and <c>UseAuthorization</c>.
    /// </summary>
    /// <param name="endpoints">A host whose services have <c>AddUsageEngine</c> and <c>AddUsageHttp</c>.</param>
    /// <returns>All the routes, for a policy or prefix of the host's own.</returns>
    public static RouteGroupBuilder MapUsage(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<UsageHttpOptions>>().Value;
        var api = endpoints.MapGroup("api").RequireAuthorization().ProducesProblem(StatusCodes.Status401Unauthorized);
        api.MapReports();
        api.MapRecording(options);
        api.MapOperating();
        return api;
    }
}
