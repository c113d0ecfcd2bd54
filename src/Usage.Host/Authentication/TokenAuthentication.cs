using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using Usage.AspNetCore.Access;

namespace Usage.Host.Authentication;

/// <summary>Takes callers by their tokens, or on loopback without.</summary>
internal static class TokenAuthentication
{
    /// <summary>How an authority may sign.</summary>
    public static readonly string[] PublicKeyAlgorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <param name="services">The host's services.</param>
    /// <param name="options">Who signs the tokens.</param>
    /// <param name="addSessions">Adds sessions of the dashboard, which check their tokens by the same rules.</param>
    public static IServiceCollection AddUsageAuthentication(
        this IServiceCollection services, UsageAuthOptions options, Action<AuthenticationBuilder, Action<JwtBearerOptions>> addSessions)
    {
        if (options.Mode == AuthMode.None)
        {
            return services.AddAuthenticationCore().AddSingleton<IUsageAccess, OpenAccess>();
        }

        // Before any request, so that a bad key ends the start.
        var validation = Validation(options);
        addSessions(services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(Configure), Configure);
        return services;

        void Configure(JwtBearerOptions bearer)
        {
            // Claims keep the names that the token gives them.
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters = validation;
            if (options.Authority is { } authority)
            {
                bearer.Authority = authority;
                bearer.RequireHttpsMetadata = IsHttps(authority);
            }
        }
    }

    /// <summary>An authority on this machine may do without.</summary>
    public static bool IsHttps(string authority) => new Uri(authority).Scheme == Uri.UriSchemeHttps;

    private static TokenValidationParameters Validation(UsageAuthOptions options) => new()
    {
        NameClaimType = UsageClaims.Subject,
        ValidAudience = options.Audience,
        ValidIssuer = options.Issuer ?? (options.Authority is null ? UsageAuthOptions.OwnName : null),
        IssuerSigningKey = options.SigningKey is { } secret ? AuthSettings.Secret(secret)
            : options.PublicKey is { } key ? AuthSettings.Public(key)
            : null,
        // A secret signs with one algorithm only: a public key must never be taken for a secret.
        ValidAlgorithms = options.SigningKey is null ? PublicKeyAlgorithms : [SecurityAlgorithms.HmacSha256],
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        ClockSkew = TimeSpan.FromSeconds(30),
    };
}
