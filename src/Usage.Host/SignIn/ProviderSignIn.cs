using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Usage.AspNetCore.Access;
using Usage.Dashboard.Pages;
using Usage.Dashboard.Serving;
using Usage.Host.Authentication;

namespace Usage.Host.SignIn;

/// <summary>Sign-in at an OpenID Connect provider, by the code flow with PKCE.</summary>
internal static class ProviderSignIn
{
    public const string Scheme = "usage-provider";

    public static void AddProvider(this AuthenticationBuilder authentication, UsageAuthOptions options) =>
        authentication.AddOpenIdConnect(Scheme, provider =>
        {
            provider.Authority = options.Authority;
            provider.RequireHttpsMetadata = TokenAuthentication.IsHttps(options.Authority!);
            provider.ClientId = options.ClientId;
            provider.ClientSecret = options.ClientSecret;
            provider.SignInScheme = DashboardSessions.Cookie;
            provider.ResponseType = OpenIdConnectResponseType.Code;
            // The provider sends a person back by a link, with which browsers send Lax cookies; a form would need cookies for all sites.
            provider.ResponseMode = OpenIdConnectResponseMode.Query;
            provider.CallbackPath = $"{DashboardSessions.Folder}/signed-in";
            provider.RemoteSignOutPath = default;
            foreach (var cookie in (CookieBuilder[])[provider.CorrelationCookie, provider.NonceCookie])
            {
                cookie.SameSite = SameSiteMode.Lax;
                cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            }

            provider.Scope.Clear();
            foreach (var scope in options.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                provider.Scope.Add(scope);
            }

            provider.MapInboundClaims = false;
            provider.UseTokenLifetime = true;
            provider.DisableTelemetry = true;
            provider.TokenValidationParameters.NameClaimType = "name";
            provider.TokenValidationParameters.ValidIssuer = options.Issuer;
            provider.TokenValidationParameters.ValidAlgorithms = TokenAuthentication.PublicKeyAlgorithms;
            provider.Events.OnTokenValidated = TakeGrantedScopes;
            provider.Events.OnRemoteFailure = SayAsync;
        });

    /// <summary>Only what the provider says that it granted; what was asked for counts for nothing.</summary>
    private static Task TakeGrantedScopes(TokenValidatedContext context)
    {
        if (context.TokenEndpointResponse?.Scope is { Length: > 0 } granted)
        {
            ((ClaimsIdentity)context.Principal!.Identity!).AddClaim(new(UsageClaims.Scope, granted));
        }

        return Task.CompletedTask;
    }

    private static async Task SayAsync(RemoteFailureContext context)
    {
        Failed(context.HttpContext, context.Failure);
        context.HandleResponse();
        var writer = context.HttpContext.RequestServices.GetRequiredService<PageWriter>();
        var page = await writer.PageAsync(
            context.HttpContext, shell => shell with { Title = "Not signed in", IsBare = true },
            MessagePage.Of(
                "You are not signed in", "The sign-in was refused, was given up, or took too long. The host’s log says which.", ReturnAddress.First,
                "Try again"),
            StatusCodes.Status403Forbidden);
        await page.ExecuteAsync(context.HttpContext);
    }

    private static void Failed(HttpContext context, Exception? error) =>
        SignInLog.Failed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Usage.Host.SignIn"), error);
}
