using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Usage.Host.Authentication;

/// <summary>Reads and checks the settings of authentication; an invalid one stops the program at start.</summary>
internal static class AuthSettings
{
    private const int LeastSecretBytes = 32;

    /// <exception cref="UsageConfigurationException">A setting is missing or not allowed.</exception>
    public static UsageAuthOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(UsageAuthOptions.SectionName);
        if (section["Mode"] is { } mode && (!Enum.TryParse<AuthMode>(mode, ignoreCase: true, out var known) || !Enum.IsDefined(known)))
        {
            throw new UsageConfigurationException($"Usage:Auth:Mode is '{mode}': it must be None or Jwt.");
        }

        UsageAuthOptions options = new();
        section.Bind(options);
        if (options.Mode == AuthMode.Jwt)
        {
            Check(options);
        }

        return options;
    }

    /// <summary>The key of a secret.</summary>
    /// <exception cref="UsageConfigurationException">It is too short.</exception>
    public static SymmetricSecurityKey Secret(string secret) => Encoding.UTF8.GetBytes(secret) is { Length: >= LeastSecretBytes } bytes
        ? new(bytes)
        : throw new UsageConfigurationException(
            $"Usage:Auth:SigningKey is too short: it must be at least {LeastSecretBytes} bytes, such as the output of 'openssl rand -base64 48'.");

    /// <summary>The key that a PEM text holds, or the file that it names.</summary>
    /// <exception cref="UsageConfigurationException">It holds none.</exception>
    public static SecurityKey Public(string textOrPath)
    {
        try
        {
            var pem = textOrPath.Contains("-----BEGIN", StringComparison.Ordinal) ? textOrPath : File.ReadAllText(textOrPath);
            RefusePrivateKey(pem);
            return TryRsa(pem) ?? (SecurityKey)new ECDsaSecurityKey(EllipticCurve(pem));
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UsageConfigurationException(
                $"Usage:Auth:PublicKey cannot be read: it must be an RSA or elliptic curve public key in PEM, or the path of a file with one. {error.Message}");
        }
    }

    private static void Check(UsageAuthOptions options)
    {
        if (new[] { options.Authority, options.SigningKey, options.PublicKey }.Count(source => !string.IsNullOrWhiteSpace(source)) != 1)
        {
            throw new UsageConfigurationException(
                "Usage:Auth:Mode=Jwt requires exactly one of Usage:Auth:Authority, Usage:Auth:SigningKey and Usage:Auth:PublicKey.");
        }

        if (string.IsNullOrWhiteSpace(options.Audience))
        {
            throw new UsageConfigurationException("Usage:Auth:Audience is empty: it must be the audience that tokens are issued for.");
        }

        if (options.Authority is { } authority
            && (!Uri.TryCreate(authority, UriKind.Absolute, out var address)
                || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))))
        {
            throw new UsageConfigurationException(
                $"Usage:Auth:Authority is '{authority}': it must be an https address, or an http address on loopback.");
        }

        CheckSignIn(options);
    }

    private static void CheckSignIn(UsageAuthOptions options)
    {
        if (!string.IsNullOrWhiteSpace(options.ClientId) && string.IsNullOrWhiteSpace(options.Authority))
        {
            throw new UsageConfigurationException(
                $"Usage:Auth:ClientId is '{options.ClientId}', but Usage:Auth:Authority is not set: signing in requires both.");
        }

        if (!string.IsNullOrWhiteSpace(options.ClientSecret) && string.IsNullOrWhiteSpace(options.ClientId))
        {
            throw new UsageConfigurationException("Usage:Auth:ClientSecret is set without Usage:Auth:ClientId, which it goes with.");
        }

        if (!options.Scopes.Split(' ').Contains("openid", StringComparer.Ordinal))
        {
            throw new UsageConfigurationException(
                $"Usage:Auth:Scopes is '{options.Scopes}': it must be scopes separated by spaces, including openid.");
        }

        if (options.PublicUrl is { } url
            && (!Uri.TryCreate(url, UriKind.Absolute, out var address)
                || !(address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
                || address.Query.Length > 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0))
        {
            throw new UsageConfigurationException(
                $"Usage:Auth:PublicUrl is '{url}': it must be an http or https address without a query, such as https://example.com/ops.");
        }
    }

    /// <summary>A private key would verify as well, but whoever reads the host's settings could then sign.</summary>
    private static void RefusePrivateKey(ReadOnlySpan<char> pem)
    {
        for (var rest = pem; PemEncoding.TryFind(rest, out var found); rest = rest[found.Location.End..])
        {
            if (rest[found.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                throw new UsageConfigurationException(
                    $"Usage:Auth:PublicKey holds a key labelled {rest[found.Label]}: it must be the public key only, which "
                    + "'openssl pkey -in KEY -pubout' writes.");
            }
        }
    }

    private static RsaSecurityKey? TryRsa(string pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return new(rsa);
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            return null;
        }
    }

    private static ECDsa EllipticCurve(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key;
    }
}
