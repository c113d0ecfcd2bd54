using System.IO.Compression;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Usage.AspNetCore;
using Usage.Otlp.Wire;

namespace Usage.Otlp;

/// <summary>Reads a request body with spans. The size limit also applies after decompression.</summary>
internal static class TraceBody
{
    public const string MediaType = "application/x-protobuf";

    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>The spans, or the reason why the body was refused.</summary>
    public static async Task<(ExportTraceServiceRequest? Spans, ProblemHttpResult? Problem)> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.Split(';')[0].Trim() is not MediaType)
        {
            return (null, Problems.Body(
                StatusCodes.Status415UnsupportedMediaType, $"Content-Type is '{request.ContentType}': must be {MediaType}."));
        }

        var coding = request.Headers.ContentEncoding.ToString();
        if (coding is not ("" or "identity" or "gzip"))
        {
            request.HttpContext.Response.Headers.AcceptEncoding = "gzip";
            return (null, Problems.Body(StatusCodes.Status415UnsupportedMediaType, $"Content-Encoding is '{coding}': must be gzip or left out."));
        }

        try
        {
            var body = coding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true) : request.Body;
            return await BytesAsync(body, cancellationToken).ConfigureAwait(false) is { } bytes
                ? (ExportTraceServiceRequest.Parser.ParseFrom(bytes.GetBuffer(), 0, (int)bytes.Length), null)
                : (null, Problems.Body(StatusCodes.Status413PayloadTooLarge, $"The spans are over {MaxBytes} bytes: send fewer at a time."));
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or InvalidDataException)
        {
            return (null, Problems.Body(StatusCodes.Status400BadRequest, $"The body is no ExportTraceServiceRequest in protobuf: {error.Message}"));
        }
        catch (BadHttpRequestException refused)
        {
            return (null, Problems.Body(refused.StatusCode, refused.Message));
        }
    }

    /// <summary>Null when there are too many.</summary>
    private static async Task<MemoryStream?> BytesAsync(Stream body, CancellationToken cancellationToken)
    {
        MemoryStream bytes = new();
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            if (bytes.Length + read > MaxBytes)
            {
                return null;
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes;
    }
}
