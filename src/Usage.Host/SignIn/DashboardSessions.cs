using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Metadata;
using Usage.Dashboard.Serving;
using Usage.Host.Authentication;

namespace Usage.Host.SignIn;

/// <summary>
/// Sessions of people at the dashboard: an encrypted cookie that ends with the token it was made of. Only the dashboard knows it; the API
/// takes tokens alone. A caller who brings a token to the dashboard needs no session.
/// </summary>
internal static class DashboardSessions
{
    /// <summary>Where the dashboard is.</summary>
    public const string Folder = "/usage";

    /// <summary>The scheme of the cookie, and its name.</summary>
    public const string Cookie = "usage-session";

    /// <summary>The scheme of a token that a form brings.</summary>
    public const string TokenForm = "usage-token-form";

    /// <summary>A token in the header, else the cookie.</summary>
    private const string Viewer = "usage-viewer";

    public static readonly AuthorizationPolicy Policy = new AuthorizationPolicyBuilder(Viewer).RequireAuthenticatedUser().Build();

    public static void AddDashboardSessions(
        this AuthenticationBuilder authentication, UsageAuthOptions options, Action<JwtBearerOptions> configureTokens)
    {
        var services = authentication.Services;
        var keys = services.AddDataProtection().SetApplicationName("usage");
        if (!string.IsNullOrWhiteSpace(options.KeyFolder))
        {
            keys.PersistKeysToFileSystem(new(options.KeyFolder));
        }

        services.AddOptions<CookieAuthenticationOptions>(Cookie)
            // Sessions of other settings are none: a new key or authority ends them all.
            .Configure<IDataProtectionProvider>((cookie, all) => cookie.DataProtectionProvider = all.CreateProtector(Cookie, Fingerprint(options)));
        services.AddSingleton(new SignOutForm("./sign-out"));
        authentication
            .AddPolicyScheme(Viewer, null, scheme => scheme.ForwardDefaultSelector = context =>
                context.Request.Headers.Authorization.Count > 0 ? JwtBearerDefaults.AuthenticationScheme : Cookie)
            .AddCookie(Cookie, cookie => Configure(cookie, options.ClientId is not null))
            .AddJwtBearer(TokenForm, bearer =>
            {
                configureTokens(bearer);
                bearer.Events = new() { OnMessageReceived = TakeFromFormAsync };
            });
        if (options.ClientId is not null)
        {
            authentication.AddProvider(options);
        }
    }

    /// <summary>Where a page finds another of the dashboard's, whatever path or prefix it is served under.</summary>
    public static string Relative(HttpRequest request, string page) =>
        request.Path.Value == Folder ? $"{Folder[1..]}/{page}" : $"./{page}";

    private static void Configure(CookieAuthenticationOptions cookie, bool hasProvider)
    {
        cookie.Cookie.Name = Cookie;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.SlidingExpiration = false;
        cookie.Events.OnRedirectToLogin = context => AskAsync(context.HttpContext, hasProvider);
        cookie.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    private static Task AskAsync(HttpContext context, bool hasProvider)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IDisableCookieRedirectMetadata>() is not null)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        if (hasProvider)
        {
            return context.ChallengeAsync(ProviderSignIn.Scheme, new()
            {
                RedirectUri = $"{context.Request.PathBase}{Folder}/{ReturnAddress.Of(context.Request)[ReturnAddress.First.Length..]}",
            });
        }

        var page = $"sign-in{QueryString.Create("return", ReturnAddress.Of(context.Request))}";
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Relative(context.Request, page);
        return Task.CompletedTask;
    }

    private static async Task TakeFromFormAsync(MessageReceivedContext context)
    {
        var form = await context.Request.ReadFormAsync(context.HttpContext.RequestAborted);
        context.Token = form["token"].ToString().Trim();
        if (context.Token.Length == 0)
        {
            context.NoResult();
        }
    }

    private static string Fingerprint(UsageAuthOptions options) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', options.Authority, options.ClientId, options.SigningKey, options.PublicKey, options.Issuer, options.Audience))));
}
