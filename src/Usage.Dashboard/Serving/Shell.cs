using Usage.Dashboard.Names;

namespace Usage.Dashboard.Serving;

/// <summary>What surrounds a page's content.</summary>
/// <param name="Title">Of the browser's tab.</param>
/// <param name="Assets">Where styles and scripts are.</param>
/// <param name="Theme">The theme that the viewer has chosen; null for the system's.</param>
/// <param name="MayOperate">Whether the viewer gets to the operator's page.</param>
internal sealed record Shell(string Title, EmbeddedAssets Assets, string? Theme, bool MayOperate)
{
    /// <summary>Whether the page is for somebody who is not signed in: without a menu.</summary>
    public bool IsBare { get; init; }

    /// <summary>How the viewer signs out; null where that is the host's matter.</summary>
    public SignOutForm? SignOut { get; init; }

    /// <summary>What the page is about; null where it is about no workspace.</summary>
    public Subject? Subject { get; init; }

    /// <summary>The page's name, as its address has it.</summary>
    public string Page { get; init; } = "";

    /// <summary>Where the page's content comes from again; null for a page that does not change.</summary>
    public string? Parts { get; init; }

    /// <summary>Milliseconds after which the page reads its content again; null for a page that hears of changes, or has none.</summary>
    public int? Every { get; init; }

    /// <summary>The version of the figures, which events are compared with; null where it is not known.</summary>
    public string? Version { get; init; }

    /// <summary>Where the page hears of changes; null for a page that does not change.</summary>
    public string? Events { get; init; }
}

/// <summary>Where a page's form goes to end the viewer's session.</summary>
internal sealed record SignOutForm(string Address);
