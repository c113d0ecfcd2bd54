using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Usage.AspNetCore;
using Usage.Engine.Health;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps health endpoints.</summary>
public static class UsageHealthEndpoints
{
    /// <summary>
    /// Maps <c>health/live</c>, which answers while the process runs, and <c>health/ready</c>, which runs the host's health
    /// checks: 200 if they are healthy or degraded, otherwise 503, with <c>status</c> and <c>findings</c> (<c>name</c>,
    /// <c>status</c>, <c>message</c>, <c>data</c>) in JSON. Both are anonymous and reveal no secrets; the host may require
    /// authorization.
    /// </summary>
    /// <param name="endpoints">The host's routes. Requires <c>AddHealthChecks().AddUsage()</c>.</param>
    /// <returns>
    /// A group of both routes, to which the host can add conventions. To add a prefix, call this on a group that has it.
    /// </returns>
    public static RouteGroupBuilder MapUsageHealth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var health = endpoints.MapGroup("health");
        health.MapGet("live", () => TypedResults.Text("live")).ExcludeFromDescription();
        health.MapHealthChecks("ready", new HealthCheckOptions { ResponseWriter = WriteAsync });
        return health;
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new HealthAnswer(report.Status, [.. report.Entries.SelectMany(FindingsOf)]), UsageJson.Options, context.RequestAborted);

    /// <summary>The engine's findings, and one finding for each other check that is not healthy.</summary>
    private static IEnumerable<UsageHealthFinding> FindingsOf(KeyValuePair<string, HealthReportEntry> check)
    {
        var findings = check.Value.Data.Values.OfType<UsageHealthFinding>().ToArray();
        return findings.Length > 0 || check.Value.Status == HealthStatus.Healthy
            ? findings
            : [new(check.Key, check.Value.Status, check.Value.Description ?? "", new Dictionary<string, object>())];
    }

    private sealed record HealthAnswer(HealthStatus Status, IReadOnlyList<UsageHealthFinding> Findings);
}
