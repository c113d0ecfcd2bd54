using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Usage.AspNetCore;
using Usage.AspNetCore.Recording;
using Usage.Otlp.Wire;

namespace Usage.Otlp;

/// <summary>Records the spans of model calls, and ignores all others.</summary>
internal sealed class TraceHandler(SpanRecorder recorder, RecordingLimit limit, IOptions<UsageHttpOptions> http, TimeProvider time)
{
    /// <summary>Number of spans of a request that are recorded at the same time.</summary>
    private const int AtOnce = 4;

    /// <summary>Number of reasons that a response lists.</summary>
    private const int ToldReasons = 5;

    public async Task<IResult> AcceptAsync(HttpContext context)
    {
        var cancel = context.RequestAborted;
        using CancellationTokenSource deadline = new(http.Value.BodyTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        ExportTraceServiceRequest? spans;
        try
        {
            (spans, var problem) = await TraceBody.ReadAsync(context.Request, stop.Token).ConfigureAwait(false);
            if (problem is not null)
            {
                return problem;
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            context.Response.Headers.Connection = "close";
            return Problems.Body(StatusCodes.Status408RequestTimeout, $"The body did not arrive within {http.Value.BodyTimeout.TotalSeconds:0.###} s.");
        }

        using var turn = await limit.TakeTurnAsync(context).ConfigureAwait(false);
        List<string> reasons = [];
        await Parallel.ForEachAsync(
            ModelSpan.Of(spans!), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (span, token) =>
            {
                if (await recorder.RecordAsync(span, context.User, token).ConfigureAwait(false) is { } reason)
                {
                    lock (reasons)
                    {
                        reasons.Add(reason);
                    }
                }
            }).ConfigureAwait(false);
        return Results.Bytes(Answer(reasons).ToByteArray(), TraceBody.MediaType);
    }

    private static ExportTraceServiceResponse Answer(List<string> reasons) => reasons.Count == 0 ? new() : new()
    {
        PartialSuccess = new()
        {
            RejectedSpans = reasons.Count,
            ErrorMessage = string.Join("; ", reasons.Distinct().Order(StringComparer.Ordinal).Take(ToldReasons)),
        },
    };
}
