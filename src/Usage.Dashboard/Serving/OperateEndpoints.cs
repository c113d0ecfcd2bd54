using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Text;
using Usage.Dashboard.Pages;
using Usage.Dashboard.Reading;
using Usage.Engine;
using Usage.Engine.Maintenance;

namespace Usage.Dashboard.Serving;

/// <summary>Routes of the operator's page and its actions, for callers that <c>IUsageAccess</c> allows to operate.</summary>
internal static class OperateEndpoints
{
    public static void MapOperate(this RouteGroupBuilder dashboard)
    {
        dashboard.MapGet("operate", (HttpContext context, OperatePages pages) => pages.PageAsync(context));
        dashboard.MapGet("operate.parts", (HttpContext context, OperatePages pages) => pages.PartsAsync(context)).AnswersPrograms();
        dashboard.MapPost("operate.pause", (HttpContext context, OperatePages pages, IUsageEngine engine) =>
            pages.ChangeAsync(context, (_, cancel) => engine.PauseAsync(cancel)));
        dashboard.MapPost("operate.resume", (HttpContext context, OperatePages pages, IUsageEngine engine) =>
            pages.ChangeAsync(context, (_, cancel) => engine.ResumeAsync(cancel)));
        dashboard.MapPost("operate.backfill", (HttpContext context, OperatePages pages, IUsageEngine engine) =>
            pages.ChangeAsync(context, (hours, cancel) =>
                engine.BackfillAsync(new() { From = hours.From, To = hours.To, Drain = false }, cancellationToken: cancel)));
        dashboard.MapPost("operate.verify", (HttpContext context, OperatePages pages, IUsageEngine engine, EngineHistory history, TimeProvider time) =>
            pages.ChangeAsync(context, async (hours, cancel) =>
            {
                var report = await engine.VerifyAsync(new() { From = hours.From, To = hours.To, ListAtMost = 0 }, cancellationToken: cancel).ConfigureAwait(false);
                history.LastVerify = (Instant.FromDateTimeOffset(time.GetUtcNow()), report);
            }));
    }
}

/// <summary>Handles the requests.</summary>
internal sealed class OperatePages(PageAccess access, PageWriter writer, OperateReader reader, EngineState engine, IAntiforgery antiforgery)
{
    private static readonly LocalDate First = new(2000, 1, 1);
    private static readonly LocalDate Last = new(2101, 1, 1);

    public async Task<IResult> PageAsync(HttpContext context)
    {
        if (!access.MayOperate(context.User))
        {
            return await RefuseAsync(context).ConfigureAwait(false);
        }

        // Changes by other replicas must show at once, because the forms offer what is possible now.
        engine.Forget();
        var view = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
        var zone = await access.ZoneAsync(context.User, context.RequestAborted).ConfigureAwait(false);
        var tokens = antiforgery.GetAndStoreTokens(context);
        return await writer.PageAsync(
            context, shell => shell with { Title = "Operate", Page = "operate", Parts = "./operate.parts", Every = 2_000 },
            OperatePage.Of(view, zone), holdsToken: true,
            after: OperatePage.Actions(view, tokens.FormFieldName, tokens.RequestToken!, zone)).ConfigureAwait(false);
    }

    public async Task<IResult> PartsAsync(HttpContext context) => access.MayOperate(context.User)
        ? await writer.PartsAsync(OperatePage.Of(
            await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false), await access.ZoneAsync(context.User, context.RequestAborted).ConfigureAwait(false))).ConfigureAwait(false)
        : await RefuseAsync(context).ConfigureAwait(false);

    /// <summary>Performs a form's action and redirects to the page.</summary>
    public async Task<IResult> ChangeAsync(HttpContext context, Func<(Instant? From, Instant? To), CancellationToken, Task> change)
    {
        if (!access.MayOperate(context.User))
        {
            return await RefuseAsync(context).ConfigureAwait(false);
        }

        if (!await antiforgery.IsRequestValidAsync(context).ConfigureAwait(false))
        {
            return await SayAsync(
                context, StatusCodes.Status400BadRequest, "Nothing was changed",
                "The form has expired, or it was not sent from this site. Reload the page and try again.").ConfigureAwait(false);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        if (!TryDate(form["from"], out var from) || !TryDate(form["to"], out var to) || to < from)
        {
            return await SayAsync(
                context, StatusCodes.Status400BadRequest, "Nothing was changed",
                $"From is “{form["from"]}” and until is “{form["to"]}”. Both must be empty or dates from 2000 to 2100, and until must not be before from.").ConfigureAwait(false);
        }

        await change((from, to + Duration.FromDays(1)), context.RequestAborted).ConfigureAwait(false);
        engine.Forget();
        context.Response.Headers.Location = "./operate";
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    private Task<IResult> RefuseAsync(HttpContext context) => SayAsync(
        context, StatusCodes.Status403Forbidden, "Forbidden", "This page requires permission to operate the engine.");

    private Task<IResult> SayAsync(HttpContext context, int status, string title, string text) => writer.PageAsync(
        context, shell => shell with { Title = title },
        status == StatusCodes.Status403Forbidden
            ? MessagePage.Of(title, text, "./", "Your workspaces")
            : MessagePage.Of(title, text, "./operate", "Back to the page"),
        status);

    private static bool TryDate(string? text, out Instant? date)
    {
        var parsed = string.IsNullOrEmpty(text) ? null : LocalDatePattern.Iso.Parse(text);
        date = parsed is { Success: true } ? parsed.Value.AtMidnight().InUtc().ToInstant() : null;
        return parsed is null || (parsed.Success && parsed.Value >= First && parsed.Value < Last);
    }
}
