using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Usage.AspNetCore.Recording;

/// <summary>Reads a request body that must be a JSON object and must arrive within a time limit.</summary>
internal static class JsonBody
{
    private const int UsualBytes = 4_096;
    private const string NoCoding = "identity";

    /// <summary>The object, or the problem. The caller disposes of the document.</summary>
    public static async Task<(JsonDocument? Document, ProblemHttpResult? Problem)> ReadAsync(
        HttpRequest request, TimeSpan timeout, TimeProvider time)
    {
        if (!request.HasJsonContentType())
        {
            return (null, Problems.Body(
                StatusCodes.Status415UnsupportedMediaType, $"Content-Type is '{request.ContentType}'; it must be application/json."));
        }

        if (request.Headers.ContentEncoding is { Count: > 0 } codings
            && !codings.All(coding => string.Equals(coding, NoCoding, StringComparison.OrdinalIgnoreCase)))
        {
            request.HttpContext.Response.Headers[HeaderNames.AcceptEncoding] = NoCoding;
            return (null, Problems.Body(
                StatusCodes.Status415UnsupportedMediaType, $"Content-Encoding is '{codings}'; encoded bodies are not supported."));
        }

        var (utf8, refusal) = await BytesAsync(request, timeout, time).ConfigureAwait(false);
        return refusal is null ? Parse(utf8) : (null, refusal);
    }

    private static async Task<(ReadOnlyMemory<byte> Utf8, ProblemHttpResult? Refusal)> BytesAsync(
        HttpRequest request, TimeSpan timeout, TimeProvider time)
    {
        var aborted = request.HttpContext.RequestAborted;
        using CancellationTokenSource deadline = new(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, aborted);
        try
        {
            // Content-Length is not trusted: memory is allocated as bytes arrive.
            MemoryStream body = new((int)Math.Min(request.ContentLength ?? UsualBytes, UsualBytes));
            await request.Body.CopyToAsync(body, stop.Token).ConfigureAwait(false);
            return (body.GetBuffer().AsMemory(0, (int)body.Length), null);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            request.HttpContext.Response.Headers.Connection = "close";
            return (default, Problems.Body(
                StatusCodes.Status408RequestTimeout, $"The body did not arrive within {timeout.TotalSeconds:0.###} s."));
        }
        catch (BadHttpRequestException refused)
        {
            return (default, Problems.Body(refused.StatusCode, refused.Message));
        }
        catch (IOException broken)
        {
            // The end of the chunk is unknown, and with it the start of the next request.
            request.HttpContext.Response.Headers.Connection = "close";
            return (default, Problems.Body(StatusCodes.Status400BadRequest, $"The body can't be read: {broken.Message}"));
        }
    }

    private static (JsonDocument? Document, ProblemHttpResult? Problem) Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            if (!Utf8.IsValid(utf8.Span) || HasUnreadableName(utf8.Span))
            {
                return (null, Problems.Body(
                    StatusCodes.Status400BadRequest, "The body must be JSON in UTF-8, but a property name is not valid Unicode."));
            }

            var document = JsonDocument.Parse(utf8);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return (document, null);
            }

            document.Dispose();
            return (null, Problems.Body(StatusCodes.Status400BadRequest, "The body must be a JSON object."));
        }
        catch (JsonException malformed)
        {
            return (null, Problems.Body(StatusCodes.Status400BadRequest, $"The body is not JSON: {malformed.Message}"));
        }
    }

    /// <summary>
    /// Whether a property name contains an unpaired escaped surrogate, which is valid JSON but not a valid string.
    /// </summary>
    private static bool HasUnreadableName(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.Contains((byte)'\\'))
        {
            return false;
        }

        Utf8JsonReader reader = new(utf8);
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.PropertyName, ValueIsEscaped: true } && !IsText(ref reader))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsText(ref Utf8JsonReader name)
    {
        try
        {
            return name.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
