using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using NodaTime;
using Usage.AspNetCore.Access;
using Usage.Engine.Recording;

namespace Usage.AspNetCore.Recording;

/// <summary>
/// Handles recording requests: reads the body, then waits for a permit, and only then queries the database. A task that the
/// caller may not record is reported as unknown before any problem with the body.
/// </summary>
internal sealed class RecordingHandler(
    EntityAccess tasks, IUsageAccess access, IUsageRecorder recorder, RecordingLimit limit, IOptions<UsageHttpOptions> options, TimeProvider time)
{
    /// <summary>Records one task's usage.</summary>
    public async Task<Results<NoContent, ProblemHttpResult>> RecordAsync(string id, HttpContext context)
    {
        var (entries, refusal) = await ReadReportAsync(context.Request).ConfigureAwait(false);
        using var turn = await limit.TakeTurnAsync(context).ConfigureAwait(false);
        if (refusal is not null)
        {
            return await tasks.RecordAsync(id, context.User, context.RequestAborted).ConfigureAwait(false) is null ? Problems.NotFound(Entity.Task) : refusal;
        }

        try
        {
            return await TryStoreAsync(id, entries, context).ConfigureAwait(false) ? TypedResults.NoContent() : Problems.NotFound(Entity.Task);
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

    /// <summary>Records the usage of several tasks, with a result for each.</summary>
    public async Task<Results<JsonHttpResult<BatchAnswer>, ProblemHttpResult>> RecordBatchAsync(HttpContext context)
    {
        var (items, refusal) = await ReadBatchAsync(context.Request).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        using var turn = await limit.TakeTurnAsync(context).ConfigureAwait(false);
        var answers = await StoreAsync(items, context).ConfigureAwait(false);
        var status = answers.All(answer => answer.Status == TaskUsageOutcome.Stored)
            ? StatusCodes.Status200OK
            : StatusCodes.Status207MultiStatus;
        return TypedResults.Json(new BatchAnswer(answers), UsageJson.Options, statusCode: status);
    }

    private async Task<(IReadOnlyList<UsageEntry> Entries, ProblemHttpResult? Refusal)> ReadReportAsync(HttpRequest request)
    {
        var (document, refusal) = await JsonBody.ReadAsync(request, options.Value.BodyTimeout, time).ConfigureAwait(false);
        if (document is null)
        {
            return ([], refusal);
        }

        using (document)
        {
            var (entries, problems) = EntryReader.Read(document.RootElement, Now());
            problems = problems.Count > 0 ? problems : [.. UsageEntryValidator.CheckReport(entries)];
            return (entries, problems.Count > 0 ? Problems.Report(problems) : null);
        }
    }

    private async Task<(IReadOnlyList<BatchItem> Items, ProblemHttpResult? Refusal)> ReadBatchAsync(HttpRequest request)
    {
        var (document, refusal) = await JsonBody.ReadAsync(request, options.Value.BodyTimeout, time).ConfigureAwait(false);
        if (document is null)
        {
            return ([], refusal);
        }

        using (document)
        {
            var (items, problems) = BatchReader.Read(document.RootElement, Now());
            return (items, problems.Count > 0 ? Problems.Report(problems) : null);
        }
    }

    /// <summary>
    /// Returns false if the task does not exist for the caller. The engine's own recorder checks access when it reads the task.
    /// </summary>
    private async Task<bool> TryStoreAsync(string id, IReadOnlyList<UsageEntry> entries, HttpContext context)
    {
        var (caller, cancel) = (context.User, context.RequestAborted);
        if (recorder is UsageRecorder own)
        {
            if (!EntityId.TryParse(id, out var task))
            {
                return false;
            }

            await own.RecordAsync(task, entries, workspace => access.MayRecordAsync(caller, workspace, cancel), cancel).ConfigureAwait(false);
            return true;
        }

        if (await tasks.RecordAsync(id, caller, cancel).ConfigureAwait(false) is not { } admitted)
        {
            return false;
        }

        await recorder.RecordAsync(admitted.Id, entries, cancel).ConfigureAwait(false);
        return true;
    }

    private async Task<BatchTaskAnswer[]> StoreAsync(IReadOnlyList<BatchItem> items, HttpContext context)
    {
        var admitted = await tasks.RecordAsync(
            [.. items.Select(item => item.TaskId).OfType<Guid>().Distinct()], context.User, context.RequestAborted).ConfigureAwait(false);
        TaskUsageEntries[] storable = [
            .. from item in items
               where item.Problems.Count == 0 && item.TaskId is { } task && admitted.Contains(task)
               select new TaskUsageEntries(item.TaskId!.Value, item.Entries)];
        var results = storable.Length == 0 ? [] : await recorder.RecordBatchAsync(storable, context.RequestAborted).ConfigureAwait(false);
        var byTask = results.ToDictionary(result => result.TaskId);
        return [.. items.Select(item => Answer(item))];

        // An unknown task is reported before any problem with its entries, as for a single task.
        BatchTaskAnswer Answer(BatchItem item) =>
            item.TaskId is { } task && !admitted.Contains(task) ? new(task, TaskUsageOutcome.UnknownTask, [])
            : item.Problems.Count > 0 ? new(item.TaskId, TaskUsageOutcome.Refused, item.Problems)
            : new(item.TaskId, byTask[item.TaskId!.Value].Outcome, byTask[item.TaskId.Value].Problems);
    }

    private Instant Now() => Instant.FromDateTimeOffset(time.GetUtcNow());
}
