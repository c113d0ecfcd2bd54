using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Dashboard.Pages;
using Usage.Dashboard.Reading;

namespace Usage.Dashboard.Serving;

/// <summary>Routes of the other pages: workspaces, issue, task and prices.</summary>
internal static class OtherEndpoints
{
    public static void MapOthers(this RouteGroupBuilder dashboard)
    {
        dashboard.MapGet("", OverviewAsync);
        dashboard.MapGet("prices", PricesAsync);
        dashboard.MapGet("issue", (HttpContext context, PageAccess access, PageWriter writer, IssueReader reader) =>
            IssueAsync(context, access, writer, reader));
        dashboard.MapGet("task", (HttpContext context, PageAccess access, PageWriter writer, IssueReader reader) =>
            TaskAsync(context, access, writer, reader));
    }

    private static async Task<IResult> OverviewAsync(HttpContext context, PageAccess access, PageWriter writer, OverviewReader reader)
    {
        // Addresses in pages are relative and need the trailing slash.
        if (context.Request.Path.Value is { Length: > 0 } path && !path.EndsWith('/'))
        {
            context.Response.Headers.Location = $"{path[(path.LastIndexOf('/') + 1)..]}/{context.Request.QueryString}";
            return TypedResults.StatusCode(StatusCodes.Status307TemporaryRedirect);
        }

        var cancel = context.RequestAborted;
        var workspaces = await access.WorkspacesAsync(context.User, cancel).ConfigureAwait(false);
        if (workspaces is [var only])
        {
            context.Response.Headers.Location = StateQuery.Link("workspace", PageState.Default with { Id = only.Id });
            return TypedResults.StatusCode(StatusCodes.Status307TemporaryRedirect);
        }

        var overview = await reader.ReadAsync(workspaces, await access.ZoneAsync(context.User, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        return await writer.PageAsync(context, shell => shell with { Title = "Workspaces" }, OverviewPage.Of(overview)).ConfigureAwait(false);
    }

    private static async Task<IResult> PricesAsync(HttpContext context, PageAccess access, PageWriter writer, PricesReader reader)
    {
        var cancel = context.RequestAborted;
        var view = await reader.ReadAsync(
            await access.WorkspacesAsync(context.User, cancel).ConfigureAwait(false), await access.ZoneAsync(context.User, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        return await writer.PageAsync(context, shell => shell with { Title = "Prices", Page = "prices" }, PricesPage.Of(view)).ConfigureAwait(false);
    }

    private static async Task<IResult> IssueAsync(HttpContext context, PageAccess access, PageWriter writer, IssueReader reader)
    {
        var cancel = context.RequestAborted;
        return await FindAsync(SubjectKind.Issue, context, access).ConfigureAwait(false) is { } issue
            ? await writer.PageAsync(
                context, shell => shell with { Title = issue.Name, Subject = issue, Page = "issue" },
                IssuePage.Of(await reader.IssueAsync(issue, await access.ViewerAsync(issue, context.User, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false))).ConfigureAwait(false)
            : await writer.NotFoundAsync(context, SubjectKind.Issue).ConfigureAwait(false);
    }

    private static async Task<IResult> TaskAsync(HttpContext context, PageAccess access, PageWriter writer, IssueReader reader)
    {
        var cancel = context.RequestAborted;
        return await FindAsync(SubjectKind.Task, context, access).ConfigureAwait(false) is { } task
            ? await writer.PageAsync(
                context, shell => shell with { Title = task.Name, Subject = task, Page = "task" },
                TaskPage.Of(await reader.TaskAsync(task, await access.ViewerAsync(task, context.User, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false))).ConfigureAwait(false)
            : await writer.NotFoundAsync(context, SubjectKind.Task).ConfigureAwait(false);
    }

    private static async Task<Subject?> FindAsync(SubjectKind kind, HttpContext context, PageAccess access) =>
        StateQuery.Read(context.Request.Query).State.Id is { } id
            ? await access.FindAsync(kind, id, context.User, context.RequestAborted).ConfigureAwait(false)
            : null;
}
