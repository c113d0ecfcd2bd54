using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Usage.Dashboard.Pages;

namespace Usage.Dashboard.Serving;

/// <summary>Shows an error page when the database is unavailable.</summary>
internal static partial class DatabaseErrorPage
{
    public static async ValueTask<object?> Filter(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (NpgsqlException error) when (!context.HttpContext.Response.HasStarted)
        {
            var services = context.HttpContext.RequestServices;
            Failed(services.GetRequiredService<ILoggerFactory>().CreateLogger("Usage.Dashboard"), error, context.HttpContext.Request.Path);
            context.HttpContext.Response.Headers.RetryAfter = "5";
            return await services.GetRequiredService<PageWriter>().PageAsync(
                context.HttpContext, shell => shell with { Title = "Unavailable" },
                MessagePage.Of(
                    "Usage is unavailable",
                    "The database did not answer. Try again in a moment. If the problem persists, see the host’s log.",
                    "./", "Try again"),
                StatusCodes.Status503ServiceUnavailable).ConfigureAwait(false);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The page {Path} could not be read.")]
    private static partial void Failed(ILogger log, Exception error, string path);
}
