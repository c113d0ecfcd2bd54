using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Usage.Dashboard.Live;
using Usage.Dashboard.Names;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Serving;

/// <summary>Routes for scripts: change events and the names of time zones.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this RouteGroupBuilder dashboard)
    {
        dashboard.MapGet("events", WatchAsync).AnswersPrograms();
        dashboard.MapGet("zones", (HttpContext context) =>
        {
            SecureHeaders.Set(context.Response);
            return TypedResults.Text(string.Join('\n', TimeZones.Names));
        }).AnswersPrograms();
    }

    /// <summary>However long a session is, who has left without a word is forgotten after this time.</summary>
    private static readonly TimeSpan LongestConnection = TimeSpan.FromHours(12);

    private static async Task<IResult> WatchAsync(HttpContext context, Guid workspace, PageAccess access, WorkspaceFeed feed, TimeProvider time)
    {
        if (await access.FindAsync(SubjectKind.Workspace, workspace, context.User, context.RequestAborted).ConfigureAwait(false) is null)
        {
            return TypedResults.NotFound();
        }

        SecureHeaders.Set(context.Response);
        // Disables buffering in proxies, which would delay events.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(feed.WatchAsync(workspace, Life(context, time), context.RequestAborted));
    }

    /// <summary>A connection ends with the session that it was opened in.</summary>
    private static TimeSpan Life(HttpContext context, TimeProvider time)
    {
        var session = context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc - time.GetUtcNow();
        return session is { } left && left < LongestConnection ? TimeSpan.FromTicks(Math.Max(left.Ticks, 0)) : LongestConnection;
    }
}
