using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Usage.AspNetCore.Recording;

/// <summary>Reads a body that must be a JSON object.</summary>
internal static class JsonBody
{
    /// <summary>The object, or why there is none. Dispose of the document.</summary>
    public static async Task<(JsonDocument? Document, ProblemHttpResult? Problem)> ReadAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            return (null, Problems.Body(
                StatusCodes.Status415UnsupportedMediaType, $"Content-Type is '{request.ContentType}': must be application/json."));
        }

        try
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
            var utf8 = body.ToArray();
            if (!Utf8.IsValid(utf8) || HasUnreadableName(utf8))
            {
                return (null, Problems.Body(
                    StatusCodes.Status400BadRequest, "The body must be JSON in UTF-8, and its names must be text: one of them is not."));
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
        catch (BadHttpRequestException refused)
        {
            return (null, Problems.Body(refused.StatusCode, refused.Message));
        }
    }

    /// <summary>Whether a name escapes half of a surrogate pair, which JSON can hold and a text cannot.</summary>
    private static bool HasUnreadableName(ReadOnlySpan<byte> utf8)
    {
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
