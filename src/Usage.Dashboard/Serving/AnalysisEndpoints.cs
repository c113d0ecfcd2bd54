using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Dashboard.Pages;
using Usage.Dashboard.Reading;

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
internal sealed class AnalysisPages(PageAccess access, AnalysisReader reader, PageWriter writer)
{
    public Task<IResult> PageAsync(SubjectKind kind, HttpContext context) => AnswerAsync(kind, context, view => writer.PageAsync(
        context,
        shell => shell with
        {
            Title = $"{view.Subject.Name}",
            Subject = view.Subject,
            Page = view.Page,
            Parts = StateQuery.Link($"{view.Page}.parts", view.State),
            Events = $"./events?workspace={view.Subject.WorkspaceId}",
        },
        AnalysisPage.Of(view)));

    public Task<IResult> PartsAsync(SubjectKind kind, HttpContext context) =>
        AnswerAsync(kind, context, view => writer.PartsAsync(AnalysisPage.Of(view)));

    public Task<IResult> CsvAsync(SubjectKind kind, HttpContext context) =>
        AnswerAsync(kind, context, view => Task.FromResult<IResult>(new CsvFile(AnalysisCsv.FileName(view), AnalysisCsv.Rows(view))));

    private async Task<IResult> AnswerAsync(SubjectKind kind, HttpContext context, Func<AnalysisView, Task<IResult>> answer)
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

        return await answer(await reader.ReadAsync(subject, state, await access.ZoneAsync(context.User, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
