using System.Security.Claims;
using Microsoft.Extensions.Options;
using NodaTime;
using Usage.AspNetCore.Access;
using Usage.Engine.Pricing;
using Usage.Engine.Recording;

namespace Usage.Otlp;

/// <summary>Adds the usage of a span to its task, once.</summary>
internal sealed class SpanRecorder(
    IUsageRecorder recorder, EntityAccess tasks, IUsageAccess access, CallPrices prices, IOptions<UsageTraceOptions> options)
{
    /// <summary>Null when the span was recorded, otherwise the reason why it was not. Database errors are thrown.</summary>
    public async Task<string?> RecordAsync(ModelSpan span, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        if (TaskOf(span) is not { } taskId)
        {
            return $"a span of a model call has no task: its attribute {options.Value.TaskAttribute} must be the task's id, a GUID";
        }

        if (span.Id is not { } id)
        {
            return "a span has no valid trace_id and span_id";
        }

        Instant at = span.EndedAt;
        var cost = await prices.TicksAsync(span.Provider, span.Model, at, span.Tokens, cancellationToken).ConfigureAwait(false);
        UsageEntry entry = new(
            span.Provider, span.Model, span.Tokens.Input, span.Tokens.Output, span.Tokens.CacheRead, span.Tokens.CacheWrite, cost, at);
        try
        {
            return await AddAsync(taskId, id, entry, caller, cancellationToken).ConfigureAwait(false) ? null : Unknown(taskId);
        }
        catch (UnknownTaskException)
        {
            return Unknown(taskId);
        }
        catch (UsageValidationException refused)
        {
            return $"the usage of a span of task {taskId} is refused: {refused.Message}";
        }
    }

    /// <summary>Whether the task exists for the caller. The engine's own recorder checks this when it reads the task.</summary>
    private async Task<bool> AddAsync(Guid taskId, string key, UsageEntry entry, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        if (recorder is UsageRecorder own)
        {
            await own.AddAsync(
                taskId, key, [entry], workspace => access.MayRecordAsync(caller, workspace, cancellationToken), cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (await tasks.RecordAsync(taskId.ToString(), caller, cancellationToken).ConfigureAwait(false) is null)
        {
            return false;
        }

        await recorder.AddAsync(taskId, key, [entry], cancellationToken).ConfigureAwait(false);
        return true;
    }

    private Guid? TaskOf(ModelSpan span) =>
        span.Attributes.TryGetValue(options.Value.TaskAttribute, out var text)
            ? Guid.TryParse(text, out var id) ? id : null
            : options.Value.FindTask?.Invoke(span.Attributes);

    private static string Unknown(Guid taskId) => $"there is no task {taskId}";
}
