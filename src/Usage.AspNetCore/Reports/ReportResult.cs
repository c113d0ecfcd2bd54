using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using NodaTime.Text;
using Usage.Engine.Reporting;

namespace Usage.AspNetCore.Reports;

/// <summary>A report's rows as JSON, or as CSV if the client prefers it, with the report's metadata in headers.</summary>
internal sealed class ReportResult<TRow>(UsageReport<TRow> report) : IResult, IEndpointMetadataProvider
{
    private const string Json = "application/json";
    private const string Csv = "text/csv";

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TRow[]), [Json, Csv]));
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers["X-Usage-Source"] = report.Source == ReportSource.Rollup ? "rollup" : "raw";
        response.Headers["X-Usage-Unpriced"] = report.Unpriced.Count.ToString(CultureInfo.InvariantCulture);
        if (report.Zone is { } zone)
        {
            response.Headers["X-Usage-Time-Zone"] = zone.Id;
        }

        if (report.Window is { } window)
        {
            response.Headers["X-Usage-From"] = window.From.ToString("R", CultureInfo.InvariantCulture);
            response.Headers["X-Usage-To"] = window.To.ToString("R", CultureInfo.InvariantCulture);
        }

        if (report.FrozenBefore is { } frozen)
        {
            response.Headers["X-Usage-Frozen-Before"] = InstantPattern.General.Format(frozen);
        }

        response.Headers.Vary = HeaderNames.Accept;
        response.Headers.CacheControl = "private, no-store";
        if (!PrefersCsv(httpContext.Request))
        {
            return response.WriteAsJsonAsync(report.Rows, UsageJson.Options, httpContext.RequestAborted);
        }

        response.ContentType = $"{Csv}; charset=utf-8; header=present";
        return CsvText.WriteAsync(response.BodyWriter.AsStream(leaveOpen: true), report.Rows, httpContext.RequestAborted);
    }

    private static bool PrefersCsv(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        var csv = accepted.Where(range => range.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase)).Max(Quality) ?? 0;
        var json = accepted.Where(range => range.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)).Max(Quality) ?? 0;
        return csv > 0 && csv >= json;
    }

    private static double? Quality(MediaTypeHeaderValue range) => range.Quality ?? 1;
}
