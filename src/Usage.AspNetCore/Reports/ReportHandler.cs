using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Usage.AspNetCore.Access;
using Usage.AspNetCore.Parameters;
using Usage.Engine.Reporting;

namespace Usage.AspNetCore.Reports;

/// <summary>Handles report requests: checks access, validates the parameters, reads the report.</summary>
internal sealed class ReportHandler(EntityAccess entities, IUsageAccess access, ViewerZone zones, TimeProvider time)
{
    public Task<Results<ReportResult<TRow>, ProblemHttpResult>> WorkspaceAsync<TRow>(
        WorkspaceRequest asked,
        Func<Guid, ReportWindow, ReportFilter, ReportOptions, CancellationToken, Task<UsageReport<TRow>>> read,
        WindowLimits? limits = null) =>
        AnswerAsync(
            Entity.Workspace, asked, limits ?? WindowLimits.Usual, check => WindowParameters.Filter(check, asked),
            (where, window, filter, options, cancel) => read(where.WorkspaceId, window, filter, options, cancel));

    /// <summary>One of the reports on how a workspace's tasks ended.</summary>
    public Task<Results<ReportResult<TRow>, ProblemHttpResult>> OutcomesAsync<TRow>(
        TasksRequest asked, IUsageReports reports, Func<OutcomeReports, UsageReport<TRow>> part) =>
        AnswerAsync(
            Entity.Workspace, asked, WindowLimits.Usual, check => WindowParameters.TasksFilter(check, asked),
            async (where, window, filter, options, cancel) =>
                part(await reports.WorkspaceOutcomesAsync(where.WorkspaceId, window, filter, options, cancel).ConfigureAwait(false)));

    public Task<Results<ReportResult<TRow>, ProblemHttpResult>> RuntimeAsync<TRow>(
        WindowRequest asked,
        Func<Guid, Guid, ReportWindow, ReportOptions, CancellationToken, Task<UsageReport<TRow>>> read) =>
        AnswerAsync(Entity.Runtime, asked, WindowLimits.Usual, _ => ReportFilter.None, (where, window, _, options, cancel) =>
            read(where.WorkspaceId, where.Id, window, options, cancel));

    /// <summary>A report without a window, in a time zone.</summary>
    public async Task<Results<ReportResult<TRow>, ProblemHttpResult>> ZonedAsync<TRow>(
        Entity kind, ZonedRequest asked, Func<Guid, Guid, DateTimeZone, CancellationToken, Task<UsageReport<TRow>>> read)
    {
        var cancel = asked.Context.RequestAborted;
        if (await entities.ReadAsync(kind, asked.Id, asked.Context.User, cancel).ConfigureAwait(false) is not { } where)
        {
            return Problems.NotFound(kind);
        }

        ParameterCheck check = new(asked.Context.Request.Query);
        var zone = await ZoneAsync(check, asked, cancel).ConfigureAwait(false);
        return check.Problems.Count > 0
            ? Problems.Parameters(check.Problems)
            : await ResultAsync(asked, read(where.WorkspaceId, where.Id, zone, cancel)).ConfigureAwait(false);
    }

    /// <summary>A report over all time.</summary>
    public async Task<Results<ReportResult<TRow>, ProblemHttpResult>> WholeAsync<TRow>(
        Entity kind, EntityRequest asked, Func<Guid, Guid, CancellationToken, Task<UsageReport<TRow>>> read)
    {
        var cancel = asked.Context.RequestAborted;
        return await entities.ReadAsync(kind, asked.Id, asked.Context.User, cancel).ConfigureAwait(false) is { } where
            ? await ResultAsync(asked, read(where.WorkspaceId, where.Id, cancel)).ConfigureAwait(false)
            : Problems.NotFound(kind);
    }

    private async Task<Results<ReportResult<TRow>, ProblemHttpResult>> AnswerAsync<TRow>(
        Entity kind,
        WindowRequest asked,
        WindowLimits limits,
        Func<ParameterCheck, ReportFilter> filterOf,
        Func<Admitted, ReportWindow, ReportFilter, ReportOptions, CancellationToken, Task<UsageReport<TRow>>> read)
    {
        var cancel = asked.Context.RequestAborted;
        if (await entities.ReadAsync(kind, asked.Id, asked.Context.User, cancel).ConfigureAwait(false) is not { } where)
        {
            return Problems.NotFound(kind);
        }

        ParameterCheck check = new(asked.Context.Request.Query);
        var zone = await ZoneAsync(check, asked, cancel).ConfigureAwait(false);
        var filter = filterOf(check);
        ReportOptions options = new(Fresh: check.Flag("fresh", asked.Fresh));
        if (WindowParameters.Window(check, asked, limits, Instant.FromDateTimeOffset(time.GetUtcNow()), zone) is not { } window)
        {
            return Problems.Parameters(check.Problems);
        }

        var visible = await access.VisibleAgentsAsync(asked.Context.User, where.WorkspaceId, cancel).ConfigureAwait(false);
        options = options with { HiddenAgents = visible.Hidden };
        return await ResultAsync(asked, read(where, window, filter, options, cancel)).ConfigureAwait(false);
    }

    private static async Task<Results<ReportResult<TRow>, ProblemHttpResult>> ResultAsync<TRow>(
        EntityRequest asked, Task<UsageReport<TRow>> reading)
    {
        try
        {
            return new ReportResult<TRow>(await reading.ConfigureAwait(false));
        }
        catch (ReportsBusyException busy)
        {
            return Problems.Busy(asked.Context, busy);
        }
    }

    private async Task<DateTimeZone> ZoneAsync(ParameterCheck check, ZonedRequest asked, CancellationToken cancellationToken)
    {
        if (asked.Zone is null)
        {
            return await zones.OfAsync(access.ViewerOf(asked.Context.User), cancellationToken).ConfigureAwait(false);
        }

        var zone = TimeZones.Find(asked.Zone);
        if (zone is null)
        {
            check.Refuse("tz", asked.Zone, "must be an IANA time zone such as Asia/Kolkata; GET /api/usage/time-zones lists them");
        }

        return zone ?? DateTimeZone.Utc;
    }
}
