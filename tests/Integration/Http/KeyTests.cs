using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Shouldly;
using Usage.Host;
using Usage.Host.Cli;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class KeyTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Fact]
    public async Task A_token_signed_by_an_RSA_key_is_accepted_with_its_public_key()
    {
        using var key = RSA.Create(2048);
        await CheckAsync(key.ExportSubjectPublicKeyInfoPem(), new(new RsaSecurityKey(key), SecurityAlgorithms.RsaSha256));
    }

    [Fact]
    public async Task A_token_signed_by_an_elliptic_curve_key_is_accepted_with_its_public_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await CheckAsync(key.ExportSubjectPublicKeyInfoPem(), new(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256));
    }

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("RSA PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    [InlineData("PRIVATE KEY", true)]
    public async Task A_private_key_is_not_accepted_as_a_public_key(string label, bool afterThePublicOne = false)
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = label switch
        {
            "RSA PRIVATE KEY" => rsa.ExportRSAPrivateKeyPem(),
            "EC PRIVATE KEY" => curve.ExportECPrivateKeyPem(),
            _ => rsa.ExportPkcs8PrivateKeyPem(),
        };

        var refused = await Should.ThrowAsync<UsageConfigurationException>(() => HttpFixture.StartAsync(Database, new()
        {
            ["Usage:Auth:SigningKey"] = null,
            ["Usage:Auth:PublicKey"] = afterThePublicOne ? $"{rsa.ExportSubjectPublicKeyInfoPem()}\n{pem}" : pem,
        }));

        refused.Message.ShouldContain(label);
        refused.Message.ShouldContain("openssl pkey");
        refused.Message.ShouldNotContain(pem.Split('\n')[1]);
    }

    /// <summary>A public key is not secret: it must never work as an HS256 key.</summary>
    private async Task CheckAsync(string pem, SigningCredentials credentials)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, pem, Cancellation);
            await using var app = await HttpFixture.StartAsync(
                Database, new() { ["Usage:Auth:SigningKey"] = null, ["Usage:Auth:PublicKey"] = file });
            (await StatusAsync(app.Urls.Single(), credentials)).ShouldBe(HttpStatusCode.OK);
            SymmetricSecurityKey asSecret = new(Encoding.UTF8.GetBytes(pem));
            (await StatusAsync(app.Urls.Single(), new(asSecret, SecurityAlgorithms.HmacSha256))).ShouldBe(HttpStatusCode.Unauthorized);
            using var other = RSA.Create(2048);
            (await StatusAsync(app.Urls.Single(), new(new RsaSecurityKey(other), SecurityAlgorithms.RsaSha256))).ShouldBe(HttpStatusCode.Unauthorized);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<HttpStatusCode> StatusAsync(string address, SigningCredentials credentials)
    {
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "usage", Audience = "usage", Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
            Claims = new Dictionary<string, object> { ["sub"] = Mine.Member.ToString() }, SigningCredentials = credentials,
        });
        using HttpClient client = new() { BaseAddress = new(address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return (await GetAsync(client, Mine.Reads[0])).StatusCode;
    }
}
