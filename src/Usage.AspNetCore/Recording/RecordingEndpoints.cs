using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using Usage.AspNetCore.Access;
using Usage.Engine.Recording;

namespace Usage.AspNetCore.Recording;

/// <summary>The routes that record usage.</summary>
internal static class RecordingEndpoints
{
    public static void MapRecording(this RouteGroupBuilder api, UsageHttpOptions options)
    {
        var recording = api.MapGroup("").RequireRateLimiting(RateLimit.Recording).WithTags("Recording")
            .RequireScope(UsageClaims.WriteScope, (access, caller) => access.MayRecord(caller))
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        recording.MapPost("tasks/{id}/usage", RecordAsync)
            .WithMetadata(new BodyLimit(options.MaxReportBytes))
            .Accepts<UsageReportBody>("application/json").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Record what a task used: all entries are stored, or none");
        recording.MapPost("usage/batch", RecordBatchAsync)
            .WithMetadata(new BodyLimit(options.MaxBatchBytes))
            .Accepts<UsageBatchBody>("application/json")
            .Produces<BatchAnswer>(StatusCodes.Status200OK).Produces<BatchAnswer>(StatusCodes.Status207MultiStatus)
            .WithSummary("Record what several tasks used: 200 when all is stored, else 207 with a result for each");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RecordAsync(
        string id, HttpContext context, EntityAccess tasks, IUsageRecorder recorder, TimeProvider time)
    {
        var cancel = context.RequestAborted;
        if (await tasks.RecordAsync(id, context.User, cancel) is not { } task)
        {
            return Problems.NotFound(Entity.Task);
        }

        var (document, refusal) = await JsonBody.ReadAsync(context.Request);
        if (document is null)
        {
            return refusal!;
        }

        using (document)
        {
            var (entries, problems) = EntryReader.Read(document.RootElement, Now(time));
            if (problems.Count > 0)
            {
                return Problems.Report(problems);
            }

            try
            {
                await recorder.RecordAsync(task.Id, entries, cancel);
                return TypedResults.NoContent();
            }
            catch (UsageValidationException refused)
            {
                return Problems.Report(refused.Problems);
            }
            catch (UnknownTaskException)
            {
                return Problems.NotFound(Entity.Task);
            }
        }
    }

    private static async Task<Results<JsonHttpResult<BatchAnswer>, ProblemHttpResult>> RecordBatchAsync(
        HttpContext context, EntityAccess tasks, IUsageRecorder recorder, TimeProvider time)
    {
        var cancel = context.RequestAborted;
        var (document, refusal) = await JsonBody.ReadAsync(context.Request);
        if (document is null)
        {
            return refusal!;
        }

        using (document)
        {
            var (items, problems) = BatchReader.Read(document.RootElement, Now(time));
            if (problems.Count > 0)
            {
                return Problems.Report(problems);
            }

            var admitted = await tasks.RecordAsync([.. items.Select(item => item.TaskId).OfType<Guid>().Distinct()], context.User, cancel);
            var answers = await StoreAsync(items, admitted, recorder, cancel);
            var status = answers.All(answer => answer.Status == TaskUsageOutcome.Stored)
                ? StatusCodes.Status200OK
                : StatusCodes.Status207MultiStatus;
            return TypedResults.Json(new BatchAnswer(answers), UsageJson.Options, statusCode: status);
        }
    }

    private static async Task<BatchTaskAnswer[]> StoreAsync(
        IReadOnlyList<BatchItem> items, IReadOnlySet<Guid> admitted, IUsageRecorder recorder, CancellationToken cancellationToken)
    {
        TaskUsage[] storable = [
            .. from item in items
               where item.Problems.Count == 0 && item.TaskId is { } task && admitted.Contains(task)
               select new TaskUsage(item.TaskId!.Value, item.Entries)];
        var results = storable.Length == 0 ? [] : await recorder.RecordBatchAsync(storable, cancellationToken);
        var byTask = results.ToDictionary(result => result.TaskId);
        return [.. items.Select(item => Answer(item))];

        // An unknown task is unknown before anything is said about its report, as with a single one.
        BatchTaskAnswer Answer(BatchItem item) =>
            item.TaskId is { } task && !admitted.Contains(task) ? new(task, TaskUsageOutcome.UnknownTask, [])
            : item.Problems.Count > 0 ? new(item.TaskId, TaskUsageOutcome.Refused, item.Problems)
            : new(item.TaskId, byTask[item.TaskId!.Value].Outcome, byTask[item.TaskId.Value].Problems);
    }

    private static Instant Now(TimeProvider time) => Instant.FromDateTimeOffset(time.GetUtcNow());

    private sealed class BodyLimit(long bytes) : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => bytes;
    }
}
