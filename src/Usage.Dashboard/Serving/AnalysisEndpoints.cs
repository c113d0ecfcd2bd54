using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Live;
using Usage.Dashboard.Names;
using Usage.Dashboard.Pages;

namespace Usage.Dashboard.Serving;

/// <summary>Routes of the analysis pages: the full page, its updatable parts, and CSV.</summary>
internal static class AnalysisEndpoints
{
    public static void MapAnalysis(this RouteGroupBuilder dashboard)
    {
        foreach (var kind in (SubjectKind[])[
            SubjectKind.Workspace, SubjectKind.Runtime, SubjectKind.Agent, SubjectKind.Project, SubjectKind.Model])
        {
            var page = StateQuery.Word(kind);
            dashboard.MapGet(page, (HttpContext context, AnalysisPages pages) => pages.PageAsync(kind, context));
            dashboard.MapGet($"{page}.parts", (HttpContext context, AnalysisPages pages) => pages.PartsAsync(kind, context)).AnswersPrograms();
            dashboard.MapGet($"{page}.csv", (HttpContext context, AnalysisPages pages) => pages.CsvAsync(kind, context)).AnswersPrograms();
        }
    }
}

/// <summary>Handles the requests.</summary>
internal sealed class AnalysisPages(PageAccess access, SharedViews views, WorkspaceFeed feed, PageWriter writer)
{
    public Task<IResult> PageAsync(SubjectKind kind, HttpContext context) => AnswerAsync(kind, context, (shared, version) => writer.PageAsync(
        context,
        shell => shell with
        {
            Title = shared.View.Subject.Name,
            Subject = shared.View.Subject,
            Page = shared.View.Page,
            Parts = StateQuery.Link($"{shared.View.Page}.parts", shared.View.State),
            Events = $"./events?workspace={shared.View.Subject.WorkspaceId}",
            Version = version,
        },
        AnalysisPage.Of(shared.View)));

    public Task<IResult> PartsAsync(SubjectKind kind, HttpContext context) =>
        AnswerAsync(kind, context, async (shared, _) => await shared.Content.Value.ConfigureAwait(false));

    public Task<IResult> CsvAsync(SubjectKind kind, HttpContext context) => AnswerAsync(kind, context, (shared, _) =>
        Task.FromResult<IResult>(new CsvFile(AnalysisCsv.FileName(shared.View), AnalysisCsv.Rows(shared.View))));

    private async Task<IResult> AnswerAsync(SubjectKind kind, HttpContext context, Func<SharedView, string?, Task<IResult>> answer)
    {
        var cancel = context.RequestAborted;
        var reading = StateQuery.Read(context.Request.Query);
        if (reading.State.Id is not { } id || await access.FindAsync(kind, id, context.User, cancel).ConfigureAwait(false) is not { } subject)
        {
            return await writer.NotFoundAsync(context, kind).ConfigureAwait(false);
        }

        if (reading.Problems.Count > 0)
        {
            return await writer.BadAddressAsync(context, StateQuery.Word(kind), reading).ConfigureAwait(false);
        }

        var state = reading.State;
        if (kind == SubjectKind.Model)
        {
            if (state.Model is null)
            {
                return await writer.NotFoundAsync(context, kind).ConfigureAwait(false);
            }

            subject = subject with { Kind = kind, Name = state.Model };
        }

        var viewer = await access.ViewerAsync(subject, context.User, cancel).ConfigureAwait(false);
        // Read before the figures, so that they belong to this version or a later one.
        var version = feed.VersionOf(subject.WorkspaceId);
        return await answer(await views.ReadAsync(subject, state, viewer, cancel).ConfigureAwait(false), version).ConfigureAwait(false);
    }
}
