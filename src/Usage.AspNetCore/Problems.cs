using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Usage.AspNetCore.Access;
using Usage.Engine.Draining;
using Usage.Engine.Recording;

namespace Usage.AspNetCore;

/// <summary>Every refusal, in the form of RFC 9457.</summary>
internal static class Problems
{
    /// <summary>The same for what is missing and for what belongs to others; it does not repeat the id.</summary>
    public static ProblemHttpResult NotFound(Entity kind) => TypedResults.Problem(
        statusCode: StatusCodes.Status404NotFound,
        title: "Not found",
        detail: $"There is no such {kind.ToString().ToLowerInvariant()}.");

    public static ProblemHttpResult LacksScope(string scope) => TypedResults.Problem(
        statusCode: StatusCodes.Status403Forbidden, title: "Not allowed", detail: $"This needs the scope {scope}.");

    public static ProblemHttpResult Parameters(IReadOnlyList<ParameterProblem> problems) => TypedResults.Problem(
        statusCode: StatusCodes.Status400BadRequest,
        title: "A parameter is not allowed",
        detail: string.Join("; ", problems.Select(problem => $"{problem.Parameter} is {problem.Value ?? "missing"}: {problem.Allowed}")),
        extensions: new Dictionary<string, object?> { ["errors"] = problems });

    public static ProblemHttpResult Report(IReadOnlyList<UsageProblem> problems) => TypedResults.Problem(
        statusCode: StatusCodes.Status400BadRequest,
        title: "The usage is refused",
        detail: string.Join("; ", problems),
        extensions: new Dictionary<string, object?> { ["errors"] = problems });

    public static ProblemHttpResult Body(int status, string detail) =>
        TypedResults.Problem(statusCode: status, title: "The body is refused", detail: detail);

    public static ProblemHttpResult TooManyReads() => TypedResults.Problem(
        statusCode: StatusCodes.Status429TooManyRequests,
        title: "Too many requests",
        detail: "You read as many reports as one caller may at a time; try again after the seconds in Retry-After.");

    public static ProblemHttpResult Busy() => TypedResults.Problem(
        statusCode: StatusCodes.Status503ServiceUnavailable,
        title: "Busy",
        detail: "This host reads as many reports as it may at a time; try again after the seconds in Retry-After.");

    public static ProblemHttpResult DatabaseAway() => TypedResults.Problem(
        statusCode: StatusCodes.Status503ServiceUnavailable,
        title: "The database can't answer now",
        detail: "Try again after the seconds in Retry-After. Usage may be reported again: it is counted once.");

    /// <summary>The answer says in Retry-After when to come back.</summary>
    public static ProblemHttpResult TooMany() => TypedResults.Problem(
        statusCode: StatusCodes.Status429TooManyRequests,
        title: "Too many requests",
        detail: "More requests than this host takes at a time; try again after the seconds in Retry-After.");

    public static ProblemHttpResult Paused(EnginePausedException paused) => TypedResults.Problem(
        statusCode: StatusCodes.Status409Conflict, title: "The engine is paused", detail: paused.Message);
}

/// <summary>A parameter that breaks its rule.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="Value">What was given; null when it is missing.</param>
/// <param name="Allowed">What is allowed.</param>
internal sealed record ParameterProblem(string Parameter, string? Value, string Allowed);
