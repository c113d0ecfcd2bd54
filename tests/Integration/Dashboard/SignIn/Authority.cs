using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Usage.Tests.Integration.Dashboard.SignIn;

/// <summary>
/// A small OpenID Connect provider on loopback: discovery, keys, the code flow with PKCE and nonce, and the end of a session. It refuses
/// what the protocol has it refuse.
/// </summary>
internal sealed class Authority : IAsyncDisposable
{
    public const string ClientId = "usage-dashboard";
    public const string ClientSecret = "what only the host and the provider know";

    private readonly WebApplication app;
    private readonly RsaSecurityKey key = new(RSA.Create(2048)) { KeyId = "one" };
    private readonly Dictionary<string, Grant> grants = [];

    private Authority(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    /// <summary>Who signs in.</summary>
    public required Guid Subject { get; init; }

    /// <summary>What is granted whatever is asked for.</summary>
    public string Granted { get; set; } = "openid profile";

    /// <summary>What the host is sent back with instead of a code.</summary>
    public string? Error { get; set; }

    /// <summary>The nonce that tokens carry; null for the one that was asked with.</summary>
    public string? Nonce { get; set; }

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    public static async Task<Authority> StartAsync(Guid subject)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        Authority authority = new(builder.Build()) { Subject = subject };
        authority.Map();
        await authority.app.StartAsync();
        return authority;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Rsa.Dispose();
    }

    private void Map()
    {
        app.MapGet("/.well-known/openid-configuration", () => new Dictionary<string, object>
        {
            ["issuer"] = Address, ["authorization_endpoint"] = $"{Address}/authorize", ["token_endpoint"] = $"{Address}/token",
            ["jwks_uri"] = $"{Address}/keys", ["end_session_endpoint"] = $"{Address}/end", ["response_types_supported"] = (string[])["code"],
            ["subject_types_supported"] = (string[])["public"], ["id_token_signing_alg_values_supported"] = (string[])["RS256"],
            ["code_challenge_methods_supported"] = (string[])["S256"],
        });
        app.MapGet("/keys", () =>
        {
            var numbers = key.Rsa.ExportParameters(includePrivateParameters: false);
            return new { keys = (object[])[new { kty = "RSA", use = "sig", alg = "RS256", kid = key.KeyId, n = Base64UrlEncoder.Encode(numbers.Modulus), e = Base64UrlEncoder.Encode(numbers.Exponent) }] };
        });
        app.MapGet("/authorize", Authorize);
        app.MapPost("/token", TokenAsync);
        app.MapGet("/end", (string client_id) => client_id == ClientId ? Results.Text("Session ended") : Results.BadRequest());
    }

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["code_challenge_method"] != "S256"
            || query["code_challenge"].ToString().Length != 43 || query["nonce"].Count == 0 || query["state"].Count == 0
            || !query["scope"].ToString().Split(' ').Contains("openid"))
        {
            return Results.BadRequest("This is no request for a code.");
        }

        var code = Guid.NewGuid().ToString("N");
        grants.Add(code, new(query["redirect_uri"]!, query["code_challenge"]!, query["nonce"]!));
        var answer = (Error is null ? QueryString.Create("code", code) : QueryString.Create("error", Error)).Add("state", query["state"].ToString());
        // As after a form that a person has filled in.
        return Results.Content($"<!DOCTYPE html><title>Provider</title><a href=\"{query["redirect_uri"]}{answer.ToString().Replace("&", "&amp;", StringComparison.Ordinal)}\">Continue as member</a>", "text/html");
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!grants.Remove(form["code"].ToString(), out var grant) || form["grant_type"] != "authorization_code" || form["client_id"] != ClientId
            || form["client_secret"] != ClientSecret || form["redirect_uri"] != grant.RedirectUri
            || Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != grant.Challenge)
        {
            return Results.BadRequest(new { error = "invalid_grant" });
        }

        var now = TimeProvider.System.GetUtcNow();
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Address, Audience = ClientId, IssuedAt = now.UtcDateTime, NotBefore = now.UtcDateTime, Expires = (now + Lifetime).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = Subject.ToString(), ["name"] = "Ada Member", ["nonce"] = Nonce ?? grant.Nonce },
            SigningCredentials = new(key, SecurityAlgorithms.RsaSha256),
        });
        return Results.Json(new { access_token = "opaque", token_type = "Bearer", id_token = token, expires_in = (int)Lifetime.TotalSeconds, scope = Granted });
    }

    private sealed record Grant(string RedirectUri, string Challenge, string Nonce);
}
