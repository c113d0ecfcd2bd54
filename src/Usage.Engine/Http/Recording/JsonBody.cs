using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Usage.Engine.Http.Recording;

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
            var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
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
}
