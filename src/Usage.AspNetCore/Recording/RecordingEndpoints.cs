using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Usage.AspNetCore.Access;

namespace Usage.AspNetCore.Recording;

/// <summary>The routes that record usage.</summary>
internal static class RecordingEndpoints
{
    public static void MapRecording(this RouteGroupBuilder api, UsageHttpOptions options)
    {
        var recording = api.MapGroup("").WithTags("Recording")
            .RequireScope(UsageClaims.WriteScope, (access, caller) => access.MayRecord(caller))
            .AddEndpointFilter(Admit)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status408RequestTimeout)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        recording.MapPost("tasks/{id}/usage", RecordAsync)
            .WithMetadata(new BodyLimit(options.MaxReportBytes))
            .Accepts<UsageReportBody>("application/json").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Record a task's usage: all entries are stored, or none");
        recording.MapPost("usage/batch", RecordBatchAsync)
            .WithMetadata(new BodyLimit(options.MaxBatchBytes))
            .Accepts<UsageBatchBody>("application/json")
            .Produces<BatchAnswer>(StatusCodes.Status200OK).Produces<BatchAnswer>(StatusCodes.Status207MultiStatus)
            .WithSummary("Record the usage of several tasks: 200 if all are stored, otherwise 207 with a result for each");
    }

    private static Task<Results<NoContent, ProblemHttpResult>> RecordAsync(string id, HttpContext context, RecordingHandler handler) =>
        handler.RecordAsync(id, context);

    private static Task<Results<JsonHttpResult<BatchAnswer>, ProblemHttpResult>> RecordBatchAsync(HttpContext context, RecordingHandler handler) =>
        handler.RecordBatchAsync(context);

    private static ValueTask<object?> Admit(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.RequestServices.GetRequiredService<RecordingLimit>().AdmitAsync(context, next);

    private sealed class BodyLimit(long bytes) : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => bytes;
    }
}
