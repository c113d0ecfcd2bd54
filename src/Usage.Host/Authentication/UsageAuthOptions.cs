namespace Usage.Host.Authentication;

/// <summary>Who signs the callers' tokens: configuration section <c>Usage:Auth</c>.</summary>
internal sealed class UsageAuthOptions
{
    public const string SectionName = "Usage:Auth";

    /// <summary>What issues and expects tokens where nobody says otherwise.</summary>
    public const string OwnName = "usage";

    /// <summary>Whether callers need a token. Default: None, which listens on loopback only.</summary>
    public AuthMode Mode { get; set; } = AuthMode.None;

    /// <summary>Address of an OpenID Connect provider, whose keys are fetched. Default: none.</summary>
    public string? Authority { get; set; }

    /// <summary>A secret of at least 32 bytes in UTF-8, for tokens signed with HS256. Default: none.</summary>
    public string? SigningKey { get; set; }

    /// <summary>An RSA or elliptic curve public key in PEM, or the path of a file with it. Default: none.</summary>
    public string? PublicKey { get; set; }

    /// <summary>Who must have issued a token. Default: the authority; with a key, <c>usage</c>.</summary>
    public string? Issuer { get; set; }

    /// <summary>Whom a token must be meant for. Default: <c>usage</c>.</summary>
    public string Audience { get; set; } = OwnName;
}

/// <summary>Whether callers need a token.</summary>
internal enum AuthMode
{
    /// <summary>Everybody on this machine may do everything; nobody else gets in.</summary>
    None,

    /// <summary>A JWT in the header <c>Authorization: Bearer</c>.</summary>
    Jwt,
}
