using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Usage.AspNetCore;

namespace Usage.Tests.Integration.Http;

/// <summary>
/// An embedding host that only adds the endpoints: no exception handler, no rate limiter, its own authentication.
/// </summary>
internal static class EmbeddedHost
{
    public static WebApplication Build(
        NpgsqlDataSource database, Action<IServiceCollection> configure, Action<UsageHttpOptions>? limits = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(database);
        builder.Services.AddUsageEngine(options => options.DrainInBackground = false);
        builder.Services.AddUsageHttp(limits);
        configure(builder.Services);
        var app = builder.Build();
        app.MapUsage();
        return app;
    }

    /// <summary>Authenticates the user named in a header.</summary>
    public static void AddBadges(this IServiceCollection services) =>
        services.AddAuthentication("badge").AddScheme<AuthenticationSchemeOptions, Badge>("badge", null);

    public static HttpClient Client(this WebApplication app, Guid user)
    {
        HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        client.DefaultRequestHeaders.Add("Badge", user.ToString());
        return client;
    }

    private sealed class Badge(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers.TryGetValue("Badge", out var user)
                ? AuthenticateResult.Success(new(
                    new(new ClaimsIdentity([new("sub", user.ToString()), new("scope", "usage.write usage.admin")], "badge")), Scheme.Name))
                : AuthenticateResult.NoResult());
    }
}
