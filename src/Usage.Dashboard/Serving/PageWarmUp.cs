using NodaTime;
using Npgsql;
using Usage.AspNetCore;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Components;
using Usage.Dashboard.Names;
using Usage.Dashboard.Pages;
using Usage.Dashboard.Reading;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Serving;

/// <summary>
/// Reads and renders a page once before anybody asks for one: compiling its code, opening connections and planning its statements takes longer
/// than the page itself.
/// </summary>
internal sealed class PageWarmUp(
    NpgsqlDataSource database, SubjectStore subjects, AnalysisReader reader, PageRenderer renderer, EmbeddedAssets assets, TimeProvider time)
{
    private const string LatestSql = "select h.workspace_id, h.bucket_hour from usage_rollup.hourly h order by h.bucket_hour desc limit 1";

    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(5);

    private static readonly Viewer Nobody = new(DateTimeZone.Utc, new HashSet<Guid>());

    /// <summary>Tries it for at most five seconds. Whatever is wrong with the database, the pages themselves will tell.</summary>
    /// <returns>Whether a page was rendered.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(AtMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await RenderAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is NpgsqlException or OperationCanceledException or TimeoutException or ReportsBusyException)
        {
            return false;
        }
    }

    private async Task<bool> RenderAsync(CancellationToken cancellationToken)
    {
        var latest = await database.ReadRowsAsync<(Guid Workspace, Instant Hour)>(LatestSql, null, cancellationToken).ConfigureAwait(false);
        if (latest is not [var (workspace, hour)]
            || await subjects.FindAsync(SubjectKind.Workspace, workspace, cancellationToken).ConfigureAwait(false) is not { } subject)
        {
            return false;
        }

        var last = hour.InUtc().Date;
        var state = PageState.Default with { Id = workspace, Window = new WindowChoice.Between(last.PlusDays(1 - ReportWindow.DefaultDays), last) };
        var view = await reader.ReadAsync(subject, state, Nobody, cancellationToken).ConfigureAwait(false);
        await renderer.RenderAsync(Document.Of(new("", assets, Theme: null, MayOperate: true), AnalysisPage.Of(view))).ConfigureAwait(false);
        return true;
    }
}
