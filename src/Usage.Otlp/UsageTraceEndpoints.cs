using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Usage.AspNetCore;
using Usage.AspNetCore.Access;
using Usage.AspNetCore.Recording;
using Usage.Otlp;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the endpoint that receives traces.</summary>
public static class UsageTraceEndpoints
{
    /// <summary>
    /// Maps <c>POST /v1/traces</c>: OTLP over HTTP in protobuf. Callers authenticate as in the rest of the host, and may record what
    /// <see cref="IUsageAccess"/> allows.
    /// </summary>
    /// <param name="endpoints">A host whose services have <c>AddUsageEngine</c>, <c>AddUsageHttp</c> and <c>AddUsageTraces</c>.</param>
    /// <returns>The route, for a policy of the host's own.</returns>
    /// <exception cref="InvalidOperationException">The host lacks the services.</exception>
    public static RouteGroupBuilder MapUsageTraces(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var registered = endpoints.ServiceProvider.GetRequiredService<IServiceProviderIsService>();
        if (!registered.IsService(typeof(TraceHandler)) || !registered.IsService(typeof(EntityAccess)))
        {
            throw new InvalidOperationException(
                "MapUsageTraces needs its services: call AddUsageEngine, AddUsageHttp and AddUsageTraces before the host is built.");
        }

        var traces = endpoints.MapGroup("v1").RequireAuthorization()
            .AddEndpointFilter(endpoints.ServiceProvider.GetRequiredService<DatabaseOutage>())
            .RequireScope(UsageClaims.WriteScope, (access, caller) => access.MayRecord(caller))
            .AddEndpointFilter(Admit)
            .WithTags("Traces");
        traces.MapPost("traces", (HttpContext context, TraceHandler handler) => handler.AcceptAsync(context))
            .WithMetadata(new BodyLimit())
            .WithSummary("Take in the usage of model calls from OTLP traces in protobuf, gzip or plain")
            .Accepts<byte[]>(TraceBody.MediaType).Produces<byte[]>(StatusCodes.Status200OK, TraceBody.MediaType)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return traces;
    }

    private static ValueTask<object?> Admit(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.RequestServices.GetRequiredService<RecordingLimit>().AdmitAsync(context, next);

    private sealed class BodyLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => TraceBody.MaxBytes;
    }
}
