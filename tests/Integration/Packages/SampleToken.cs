using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Usage.Tests.Integration.Packages;

/// <summary>What an identity provider would hand out.</summary>
internal static class SampleToken
{
    public const string Issuer = "sample-issuer";
    public const string Audience = "sample-audience";

    public static string Create(byte[] key, Guid user) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Issuer,
        Audience = Audience,
        Claims = new Dictionary<string, object> { ["sub"] = user.ToString() },
        SigningCredentials = new(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256),
    });
}
