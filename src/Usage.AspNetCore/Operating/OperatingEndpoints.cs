using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Usage.AspNetCore.Access;
using Usage.AspNetCore.Parameters;
using Usage.Engine;
using Usage.Engine.Draining;
using Usage.Engine.Maintenance;

namespace Usage.AspNetCore.Operating;

/// <summary>The routes that operate the engine.</summary>
internal static class OperatingEndpoints
{
    public static void MapOperating(this RouteGroupBuilder api)
    {
        var operating = api.MapGroup("usage").RequireRateLimiting(RateLimit.Operating).WithTags("Operating")
            .RequireScope(UsageClaims.AdminScope, (access, caller) => access.MayOperate(caller))
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        operating.MapGet("status", async (IUsageEngine engine, CancellationToken cancel) => Json(await engine.GetStatusAsync(cancel).ConfigureAwait(false)))
            .WithSummary("What is pending, failed and running").Produces<EngineStatus>();
        operating.MapPost("drain", DrainAsync)
            .WithSummary("Recompute everything that is marked, until nothing is pending")
            .Produces<DrainResult>().ProducesProblem(StatusCodes.Status409Conflict);
        operating.MapPost("backfill", BackfillAsync)
            .WithSummary("Mark a range of history for the running hosts to drain; status shows the progress")
            .Produces<BackfillResult>().Produces<BackfillResult>(StatusCodes.Status202Accepted);
        operating.MapPost("verify", VerifyAsync)
            .WithSummary("Compare the rollup with the raw rows; optionally mark the hours that differ").Produces<VerifyReport>();
        operating.MapPost("pause", async (IUsageEngine engine, CancellationToken cancel) =>
            {
                await engine.PauseAsync(cancel).ConfigureAwait(false);
                return TypedResults.NoContent();
            }).WithSummary("Stop draining in all replicas; changes are still marked");
        operating.MapPost("resume", async (IUsageEngine engine, CancellationToken cancel) =>
            {
                await engine.ResumeAsync(cancel).ConfigureAwait(false);
                return TypedResults.NoContent();
            }).WithSummary("Resume draining in all replicas");
    }

    private static async Task<Results<JsonHttpResult<DrainResult>, ProblemHttpResult>> DrainAsync(
        [AsParameters] DrainQuery asked, IUsageEngine engine)
    {
        ParameterCheck check = new(asked.Context.Request.Query);
        var workspace = check.Id("workspace_id", asked.WorkspaceId);
        if (check.Problems.Count > 0)
        {
            return Problems.Parameters(check.Problems);
        }

        try
        {
            return Json(await engine.DrainAsync(workspace, cancellationToken: asked.Context.RequestAborted).ConfigureAwait(false));
        }
        catch (EnginePausedException paused)
        {
            return Problems.Paused(paused);
        }
    }

    private static async Task<Results<JsonHttpResult<BackfillResult>, ProblemHttpResult>> BackfillAsync(
        [AsParameters] BackfillQuery asked, IUsageEngine engine)
    {
        ParameterCheck check = new(asked.Context.Request.Query);
        var (from, to) = HourParameters.Range(check, asked.From, asked.To);
        var dryRun = check.Flag("dry_run", asked.DryRun);
        if (check.Problems.Count > 0)
        {
            return Problems.Parameters(check.Problems);
        }

        BackfillRequest request = new() { From = from, To = to, DryRun = dryRun, Drain = false };
        var result = await engine.BackfillAsync(request, cancellationToken: asked.Context.RequestAborted).ConfigureAwait(false);
        return Json(result, dryRun ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private static async Task<Results<JsonHttpResult<VerifyReport>, ProblemHttpResult>> VerifyAsync(
        [AsParameters] VerifyQuery asked, IUsageEngine engine)
    {
        ParameterCheck check = new(asked.Context.Request.Query);
        var (from, to) = HourParameters.Range(check, asked.From, asked.To);
        var repair = check.Flag("repair", asked.Repair);
        var most = check.Number("list_at_most", asked.ListAtMost, 0, 10_000) ?? 1_000;
        return check.Problems.Count > 0
            ? Problems.Parameters(check.Problems)
            : Json(await engine.VerifyAsync(
                new() { From = from, To = to, Repair = repair, ListAtMost = most }, cancellationToken: asked.Context.RequestAborted).ConfigureAwait(false));
    }

    private static JsonHttpResult<T> Json<T>(T value, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(value, UsageJson.Options, statusCode: status);
}
