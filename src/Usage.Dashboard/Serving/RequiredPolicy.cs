using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Usage.Dashboard.Serving;

/// <summary>Ensures that no host exposes usage to everybody by mistake.</summary>
internal static class RequiredPolicy
{
    /// <summary>Fails if the host has not stated who may access an endpoint.</summary>
    public static void Check(EndpointBuilder endpoint)
    {
        var isStated = endpoint.Metadata.Any(item => item is IAuthorizeData or IAllowAnonymous or AuthorizationPolicy);
        if (!isStated && endpoint.ApplicationServices.GetService<IOptions<AuthorizationOptions>>()?.Value.FallbackPolicy is null)
        {
            throw new InvalidOperationException(
                "MapUsageDashboard has no authorization policy: add RequireAuthorization or AllowAnonymous, or set a fallback policy.");
        }
    }
}

/// <summary>
/// Builds the endpoints when the host starts, so that a missing policy fails the start and not the first request.
/// </summary>
internal sealed class DashboardStart(EndpointDataSource endpoints) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _ = endpoints.Endpoints.Count;
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
