using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using NodaTime;
using Usage.AspNetCore.Access;
using Usage.AspNetCore.Parameters;
using Usage.Engine.Exporting;
using Usage.Engine.Reporting;

namespace Usage.AspNetCore.Exports;

/// <summary>Answers with a file of a workspace's usage, while it is read.</summary>
internal sealed partial class ExportHandler(EntityAccess entities, IUsageAccess access, UsageExports exports, TimeProvider time, ILogger<ExportHandler> logger)
{
    public async Task<Results<EmptyHttpResult, ProblemHttpResult>> WorkspaceAsync(ExportQuery asked)
    {
        var cancel = asked.Context.RequestAborted;
        if (await entities.ReadAsync(Entity.Workspace, asked.Id, asked.Context.User, cancel).ConfigureAwait(false) is not { } where)
        {
            return Problems.NotFound(Entity.Workspace);
        }

        ParameterCheck check = new(asked.Context.Request.Query);
        var zone = Zone(check, asked.Zone);
        var format = Format(check, asked.Format);
        var grain = check.Value<ExportGrain>(
            "by", asked.By, text => text switch { "day" => ExportGrain.Day, "hour" => ExportGrain.Hour, _ => null }, "must be day or hour");
        check.Flag("fresh", asked.Fresh);
        if (WindowParameters.Window(check, asked, WindowLimits.Usual, Instant.FromDateTimeOffset(time.GetUtcNow()), zone) is not { } window)
        {
            return Problems.Parameters(check.Problems);
        }

        var visible = await access.VisibleAgentsAsync(asked.Context.User, where.WorkspaceId, cancel).ConfigureAwait(false);
        Describe(asked.Context.Response, format!, window);
        var body = asked.Context.Response.BodyWriter.AsStream(leaveOpen: true);
        try
        {
            await exports.WriteAsync(
                new(window, where.WorkspaceId, grain ?? ExportGrain.Day) { HiddenAgents = visible.Hidden }, format!, body, cancel)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (asked.Context.Response.HasStarted && !cancel.IsCancellationRequested)
        {
            // Only a connection that breaks tells the caller that half a file is none.
            BrokenOff(logger, error);
            asked.Context.Abort();
        }

        return TypedResults.Empty;
    }

    private static DateTimeZone Zone(ParameterCheck check, string? name)
    {
        if (name is null)
        {
            return DateTimeZone.Utc;
        }

        if (TimeZones.Find(name) is { } zone)
        {
            return zone;
        }

        check.Refuse("tz", name, "must be an IANA time zone such as Asia/Kolkata; GET /api/usage/time-zones lists them");
        return DateTimeZone.Utc;
    }

    private ExportFormat? Format(ParameterCheck check, string? name)
    {
        var format = exports.Find(name ?? "csv");
        if (format is null)
        {
            check.Refuse("format", name, $"must be one of {string.Join(", ", exports.Formats.Select(known => known.Name))}");
        }

        return format;
    }

    private static void Describe(HttpResponse response, ExportFormat format, ReportWindow window)
    {
        response.ContentType = format.ContentType;
        response.Headers.ContentDisposition = string.Create(
            CultureInfo.InvariantCulture, $"attachment; filename=\"usage-{window.From:R}-{window.To:R}.{format.FileExtension}\"");
        response.Headers.CacheControl = "private, no-store";
        response.Headers["X-Usage-Time-Zone"] = window.Zone.Id;
    }

    [LoggerMessage(204, LogLevel.Error, "An export broke off after its answer had begun: the connection is ended")]
    private static partial void BrokenOff(ILogger logger, Exception error);
}
