using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Usage.AspNetCore.Access;
using Usage.Engine.Draining;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;

namespace Usage.AspNetCore;

/// <summary>Error responses in RFC 9457 problem details format.</summary>
internal static class Problems
{
    /// <summary>Identical for missing and for foreign entities. Does not repeat the id.</summary>
    public static ProblemHttpResult NotFound(Entity kind) => TypedResults.Problem(
        statusCode: StatusCodes.Status404NotFound,
        title: "Not found",
        detail: $"This {kind.ToString().ToLowerInvariant()} does not exist.");

    public static ProblemHttpResult LacksScope(string scope) => TypedResults.Problem(
        statusCode: StatusCodes.Status403Forbidden, title: "Forbidden", detail: $"This requires the scope {scope}.");

    public static ProblemHttpResult Parameters(IReadOnlyList<ParameterProblem> problems) => TypedResults.Problem(
        statusCode: StatusCodes.Status400BadRequest,
        title: "Invalid parameters",
        detail: string.Join("; ", problems.Select(problem => $"{problem.Parameter} is {problem.Value ?? "missing"}: {problem.Allowed}")),
        extensions: new Dictionary<string, object?> { ["errors"] = problems });

    public static ProblemHttpResult Report(IReadOnlyList<UsageProblem> problems) => TypedResults.Problem(
        statusCode: StatusCodes.Status400BadRequest,
        title: "Invalid usage entries",
        detail: string.Join("; ", problems),
        extensions: new Dictionary<string, object?> { ["errors"] = problems });

    public static ProblemHttpResult Body(int status, string detail) =>
        TypedResults.Problem(statusCode: status, title: "Invalid request body", detail: detail);

    public static ProblemHttpResult TooManyReads() => TypedResults.Problem(
        statusCode: StatusCodes.Status429TooManyRequests,
        title: "Too many requests",
        detail: "Too many concurrent reports for one caller. Try again after the number of seconds in Retry-After.");

    public static ProblemHttpResult Busy() => TypedResults.Problem(
        statusCode: StatusCodes.Status503ServiceUnavailable,
        title: "Busy",
        detail: "This host is reading the maximum number of reports. Try again after the number of seconds in Retry-After.");

    public static ProblemHttpResult DatabaseAway() => TypedResults.Problem(
        statusCode: StatusCodes.Status503ServiceUnavailable,
        title: "The database is unavailable",
        detail: "Try again after the number of seconds in Retry-After. Recording the same usage again is safe: it is counted once.");

    /// <summary>The response has a Retry-After header.</summary>
    public static ProblemHttpResult TooMany() => TypedResults.Problem(
        statusCode: StatusCodes.Status429TooManyRequests,
        title: "Too many requests",
        detail: "Too many requests for this host. Try again after the number of seconds in Retry-After.");

    /// <summary>The response has a Retry-After header.</summary>
    public static ProblemHttpResult Busy(HttpContext context, ReportsBusyException busy)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(busy.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable,
            title: "Too many concurrent reports",
            detail: "This host is reading the maximum number of reports. Try again after the number of seconds in Retry-After.");
    }

    public static ProblemHttpResult Paused(EnginePausedException paused) => TypedResults.Problem(
        statusCode: StatusCodes.Status409Conflict, title: "The engine is paused", detail: paused.Message);
}

/// <summary>An invalid parameter.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="Value">The value; null if it is missing.</param>
/// <param name="Allowed">What is allowed.</param>
internal sealed record ParameterProblem(string Parameter, string? Value, string Allowed);
