using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Usage.Tests.Integration.Packages;

/// <summary>What an identity provider would hand out.</summary>
internal static class ApplicationToken
{
    public const string Issuer = "application-issuer";
    public const string Audience = "application-audience";

    public static string Create(byte[] key, Guid user) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Issuer,
        Audience = Audience,
        Claims = new Dictionary<string, object> { ["sub"] = user.ToString() },
        SigningCredentials = new(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256),
    });
}
