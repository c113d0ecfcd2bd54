using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Usage.AspNetCore.Access;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Dashboard;

/// <summary>An embedding host in production mode, with its own authentication and without Razor.</summary>
internal static class DashboardHost
{
    /// <summary>The header that identifies this host's users.</summary>
    public const string Badge = "Badge";

    /// <summary>A header value that may operate the engine.</summary>
    public const string Operator = "operator ";

    public static async Task<WebApplication> StartAsync(
        TestDatabase database, Action<WebApplication>? map = null, Action<IServiceCollection>? configure = null)
    {
        var app = Build(database, map, configure);
        await app.StartAsync();
        return app;
    }

    public static WebApplication Build(TestDatabase database, Action<WebApplication>? map = null, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(database.DataSource);
        builder.Services.AddUsageEngine(options => options.DrainInBackground = false);
        builder.Services.AddUsageHttp(options => options.ReadsPerMinute = 100_000);
        builder.Services.AddUsageDashboard();
        builder.Services.AddAuthentication("badge").AddScheme<AuthenticationSchemeOptions, BadgeHandler>("badge", null);
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        (map ?? (host =>
        {
            host.MapUsage();
            host.MapUsageDashboard().RequireAuthorization();
        }))(app);
        return app;
    }

    public static HttpClient Client(this WebApplication app, string? badge, bool follows = true)
    {
        HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = follows }) { BaseAddress = new(app.Urls.Single()) };
        if (badge is not null)
        {
            client.DefaultRequestHeaders.Add(Badge, badge);
        }

        return client;
    }

    private sealed class BadgeHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var badge = Request.Headers[Badge].ToString();
            if (badge.Length == 0)
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            ClaimsIdentity identity = new("badge");
            identity.AddClaim(new(UsageClaims.Subject, badge.Replace(Operator, "", StringComparison.Ordinal)));
            if (badge.StartsWith(Operator, StringComparison.Ordinal))
            {
                identity.AddClaim(new(UsageClaims.Scope, UsageClaims.AdminScope));
            }

            return Task.FromResult(AuthenticateResult.Success(new(new(identity), Scheme.Name)));
        }

        /// <summary>Redirects to a sign-in page, unless the endpoint is meant for scripts.</summary>
        protected override Task HandleChallengeAsync(AuthenticationProperties properties)
        {
            if (Context.GetEndpoint()?.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IDisableCookieRedirectMetadata>() is null)
            {
                Response.Redirect("/sign-in");
            }
            else
            {
                Response.StatusCode = StatusCodes.Status401Unauthorized;
            }

            return Task.CompletedTask;
        }
    }
}
