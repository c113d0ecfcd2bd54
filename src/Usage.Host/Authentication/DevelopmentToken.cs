using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Usage.AspNetCore.Access;

namespace Usage.Host.Authentication;

/// <summary>Creates tokens signed with the host's signing key, for development.</summary>
internal static class DevelopmentToken
{
    public static string Create(
        UsageAuthOptions options, string subject, IReadOnlyCollection<string> scopes, IReadOnlyCollection<Guid> workspaces,
        DateTimeOffset now, TimeSpan lifetime) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
        new SecurityTokenDescriptor
        {
            Issuer = options.Issuer ?? UsageAuthOptions.OwnName,
            Audience = options.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                [UsageClaims.Subject] = subject,
                [UsageClaims.Scope] = string.Join(' ', scopes),
                [UsageClaims.WorkspaceId] = workspaces.Select(id => id.ToString()).ToArray(),
            },
            SigningCredentials = new(AuthSettings.Secret(options.SigningKey!), SecurityAlgorithms.HmacSha256),
        });
}
