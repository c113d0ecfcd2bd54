using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Usage.AspNetCore.Access;

/// <summary>Rejects callers that may not use a group of routes.</summary>
internal static class ScopeFilter
{
    /// <param name="routes">The routes.</param>
    /// <param name="scope">The required scope, named in the 403.</param>
    /// <param name="allows">Whether a caller may use the routes.</param>
    public static RouteGroupBuilder RequireScope(
        this RouteGroupBuilder routes, string scope, Func<IUsageAccess, ClaimsPrincipal, bool> allows) =>
        routes.AddEndpointFilter((context, next) =>
            allows(context.HttpContext.RequestServices.GetRequiredService<IUsageAccess>(), context.HttpContext.User)
                ? next(context)
                : ValueTask.FromResult<object?>(Problems.LacksScope(scope)));
}
