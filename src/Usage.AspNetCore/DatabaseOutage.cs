using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.AspNetCore;

/// <summary>
/// Answers 503 while the database is unreachable or unavailable, whatever exception handler the host has. Logs one line a minute
/// instead of one per request.
/// </summary>
internal sealed partial class DatabaseOutage(ILoggerFactory loggers, TimeProvider time) : IEndpointFilter
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);

    private readonly ILogger logger = loggers.CreateLogger("Usage.AspNetCore");
    private readonly CountedNotice notice = new(LogEvery, time);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (Exception error) when (IsOutage(error))
        {
            if (notice.Count() is { } requests)
            {
                RequestsRefused(logger, requests, Failure.Describe(error));
            }

            context.HttpContext.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return Problems.DatabaseAway();
        }
    }

    private static bool IsOutage(Exception error) => error switch
    {
        // The server rejects the connection: unknown database or bad credentials.
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => true,
        PostgresException postgres when postgres.SqlState.StartsWith("28", StringComparison.Ordinal) => true,
        PostgresException => Failure.IsTransient(error),
        NpgsqlException => true,
        _ => false,
    };

    [LoggerMessage(
        201, LogLevel.Warning, "The database is unavailable: {Requests} requests got a 503 since the last such message. {Reason}")]
    private static partial void RequestsRefused(ILogger logger, long requests, string reason);
}
