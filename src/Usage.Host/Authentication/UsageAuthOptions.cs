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

    /// <summary>
    /// The program's id at the authority: people then sign in to the dashboard there. Default: none, and the dashboard has a page that takes
    /// a token.
    /// </summary>
    public string? ClientId { get; set; }

    /// <summary>The secret that goes with the id. Default: none; the code flow is protected by PKCE either way.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>
    /// What a sign-in at the authority asks for, separated by spaces. What the authority says that it granted counts as the scopes of a
    /// token do. Default: <c>openid profile</c>.
    /// </summary>
    public string Scopes { get; set; } = "openid profile";

    /// <summary>
    /// Where browsers reach the program, such as <c>https://example.com/ops</c>, when a proxy stands before it: the authority sends people
    /// back there, below it to <c>/usage/signed-in</c>. The proxy takes the path away. Default: as requests arrive.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>
    /// Folder of the keys that encrypt sessions and forms of the dashboard. Replicas share it, and it outlives them. Default: where ASP.NET
    /// Core keeps them for the user who runs the program.
    /// </summary>
    public string? KeyFolder { get; set; }
}

/// <summary>Whether callers need a token.</summary>
internal enum AuthMode
{
    /// <summary>Everybody on this machine may do everything; nobody else gets in.</summary>
    None,

    /// <summary>A JWT in the header <c>Authorization: Bearer</c>.</summary>
    Jwt,
}
